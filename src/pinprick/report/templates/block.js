(function () {
  "use strict";
  var root = document.getElementById("block");
  if (!root || typeof DecompressionStream === "undefined") { return; }
  var $ = function (name) { return document.getElementById("block-" + name); };
  var data = JSON.parse($("data").textContent), live = root.querySelector(".block-live"), words = data.words;
  var size = data.size, n = data.cells, count = n[0] * n[1] * n[2], times = data.time;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var map = Uint8Array.from(atob(data.map), function (c) { return c.charCodeAt(0); });
  var state = { quantity: data.start[0], at: 0, cut: true, axis: 1, share: data.cut, tracks: true, layers: true,
    turn: 0.62, lift: 0.42, zoom: 1 };
  var film = null, frame = new Uint8Array(count), loaded = {}, playing = 0;

  /* ---- words: all of them come with the data, a place in one is a name between percent signs ---- */
  var POINT = (1.5).toLocaleString(document.documentElement.lang || "en").charAt(1);
  function local(number) { return String(number).replace(".", POINT); }
  function fill(text, held) { return text.replace(/%(\w+)%/g, function (all, name) { return held[name]; }); }

  /* ---- time: the slider is a logarithmic axis whose left end stands for the moment of needling ---- */
  var first = times[0] > 0 ? times[0] : times[1] / 3, places = times.map(function (t) { return Math.log(Math.max(t, first) / first) / Math.log(times[times.length - 1] / first); });
  function nearest(at) {
    var best = 0;
    places.forEach(function (p, i) { if (Math.abs(p - at) < Math.abs(places[best] - at)) { best = i; } });
    /* Before a session the picture is that of the time before it. */
    return data.holds.indexOf(best - 1) >= 0 && at < places[best] - 1e-9 ? best - 1 : best;
  }
  function session() {
    var last = 0;
    data.sessions.forEach(function (place, i) { if (i < data.tracks.length && state.at >= place - 1e-6) { last = i; } });
    return last;
  }
  function duration(days) {
    var hours = days * 24;
    if (hours < 0.75) { return fill(words.minutes, { n: Math.max(Math.round(hours * 60), 1) }); }
    if (hours < 48) { return fill(words.hours, { n: Math.round(hours) }); }
    if (days < 14) { return fill(words.days, { n: Math.round(days) }); }
    if (days < 61) { return fill(words.weeks, { n: Math.round(days / 7) }); }
    return fill(words.months, { n: Math.round(days / 30.4375) });
  }
  function when(at) {
    var i = nearest(at);
    if (i === 0 && times[0] <= 0 && at < places[1] / 4) { return words.needled; }
    if (Math.abs(places[i] - at) < 0.003) { return duration(times[i]); }
    return duration(first * Math.pow(times[times.length - 1] / first, at));
  }

  /* ---- values: eight bits each, unpacked when a quantity is first chosen ---- */
  function unpack(name) {
    if (loaded[name]) { return loaded[name]; }
    var text = root.querySelector('.block-codes[data-name="' + name + '"]').textContent;
    var bytes = Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    loaded[name] = new Response(stream).arrayBuffer().then(function (buffer) {
      var codes = new Uint8Array(buffer), row = n[0], sheet = n[0] * n[1], t, i, base;
      for (t = 0; t < times.length; t++) {
        base = t * count;
        for (i = 0; i < count; i++) { if (i % row) { codes[base + i] += codes[base + i - 1]; } }
        for (i = 0; i < count; i++) { if (i % sheet >= row) { codes[base + i] += codes[base + i - row]; } }
        for (i = sheet; i < count; i++) { codes[base + i] += codes[base + i - sheet]; }
      }
      return codes;
    });
    return loaded[name];
  }
  function quantity() { return data.quantities[state.quantity]; }
  function blend() {
    var i = 0;
    while (i < times.length - 2 && places[i + 1] <= state.at) { i++; }
    var share = Math.min(Math.max((state.at - places[i] + 1e-9) / (places[i + 1] - places[i]), 0), 1);
    if (data.holds.indexOf(i) >= 0 && share < 1) { share = 0; }
    var a = i * count, b = a + count, w = Math.round(share * 256), k;
    for (k = 0; k < count; k++) { frame[k] = (film[a + k] * (256 - w) + film[b + k] * w + 128) >> 8; }
  }
  function value(code) { var q = quantity(); return q.low + (q.high - q.low) * Math.pow(code / 255, q.power); }
  function shown(v) {
    var q = quantity(), text;
    if (Math.abs(v) < 1e-9 * Math.abs(q.high - q.low) || v === 0) { text = "0"; }
    else { text = Math.abs(v) >= 100 ? Math.round(v).toString() : Number(v.toPrecision(2)).toString(); }
    return (local(text.replace("-", "−")) + " " + q.unit).trim();
  }
  function cell(axis, mm) {
    var from = axis === 2 ? data.top : 0;
    return Math.min(Math.max(Math.floor((mm - from) / (size[axis] - from) * n[axis]), 0), n[axis] - 1);
  }
  function code(x, y, z) { return frame[cell(0, x) + n[0] * (cell(1, y) + n[1] * cell(2, z))]; }
  function layer(z) {
    var i = 0;
    while (i < data.layers.length - 1 && z >= data.bounds[i + 1]) { i++; }
    return data.layers[i];
  }
  function read(x, y, z, where) {
    if (z < data.top) {
      $("value").textContent = fill(words.above, { layer: layer(z), depth: local(z.toFixed(2)) });
      $("mark").hidden = true;
      return;
    }
    var said = fill(words.read, { layer: layer(z), depth: local(z.toFixed(2)), value: shown(value(code(x, y, z))) });
    $("value").textContent = where ? fill(where, { it: said }) : said;
    var mark = $("mark");
    mark.hidden = false;
    mark.style.left = code(x, y, z) / 2.55 + "%";
  }

  /* ---- the section: a flat picture of the cut, which needs no WebGL ---- */
  var flat = $("section"), pen = flat.getContext("2d"), sheet = document.createElement("canvas");
  var AXES = [[1, 2], [0, 2], [0, 1]];
  function section() {
    var axis = state.axis, u = AXES[axis][0], v = AXES[axis][1], at = cutAt(), fixed = cell(axis, at), above = v === 2 ? data.top / size[2] : 0, image, i, j, c, p = [0, 0, 0];
    var wide = Math.round(flat.clientWidth * Math.min(window.devicePixelRatio || 1, 2)) || 600, high = Math.round(wide * size[v] / size[u]);
    sheet.width = n[u]; sheet.height = n[v];
    image = new ImageData(n[u], n[v]);
    for (j = 0; j < n[v]; j++) {
      for (i = 0; i < n[u]; i++) {
        p[axis] = fixed; p[u] = i; p[v] = v === 1 ? n[1] - 1 - j : j;
        c = 3 * frame[p[0] + n[0] * (p[1] + n[1] * p[2])];
        image.data.set([map[c], map[c + 1], map[c + 2], 255], 4 * (i + n[u] * j));
      }
    }
    sheet.getContext("2d").putImageData(image, 0, 0);
    flat.width = wide; flat.height = high;
    pen.imageSmoothingQuality = "high";
    pen.fillStyle = "rgb(" + data.tint.slice(3, 6).map(function (c) { return Math.round(200 * c); }).join() + ")"; pen.fillRect(0, 0, wide, high);
    if (axis !== 2 || at >= data.top) { pen.drawImage(sheet, 0, above * high, wide, high * (1 - above)); }
    var k = wide / size[u], line = Math.max(wide / 500, 1);
    pen.lineWidth = line; pen.strokeStyle = "rgba(120,132,142,.9)"; pen.setLineDash([5 * line, 4 * line]);
    if (axis !== 2 && state.layers) {
      data.bounds.forEach(function (b) { if (b > 0.001 && b < size[2]) { pen.beginPath(); pen.moveTo(0, b * k); pen.lineTo(wide, b * k); pen.stroke(); } });
    }
    pen.setLineDash([]);
    if (!state.tracks) { return; }
    data.tracks[session()].forEach(function (t) {
      var m = [t[0], t[1]], e = [t[2], t[3]], share = at / t[4], r = t[5];
      pen.beginPath();
      if (axis === 2) {
        if (share > 1) { return; }
        pen.arc((m[0] + share * (e[0] - m[0])) * k, (size[1] - m[1] - share * (e[1] - m[1])) * k, Math.max(r * (1 - share) * k, 1.5 * line), 0, 7);
      } else {
        if (Math.min(m[axis], e[axis]) - r > at || Math.max(m[axis], e[axis]) + r < at) { return; }
        pen.moveTo((m[u] - r) * k, 0); pen.lineTo(e[u] * k, t[4] * k); pen.lineTo((m[u] + r) * k, 0);
      }
      [["rgba(10,16,22,.5)", 3.4], ["#fff", 1.3]].forEach(function (look) { pen.strokeStyle = look[0]; pen.lineWidth = look[1] * line; pen.stroke(); });
    });
  }
  function cutAt() { return state.share * size[state.axis]; }
  flat.addEventListener("pointermove", function (event) {
    var box = flat.getBoundingClientRect(), axis = state.axis, u = AXES[axis][0], v = AXES[axis][1], p = [0, 0, 0];
    var down = (event.clientY - box.top) / box.height;
    p[axis] = cutAt(); p[u] = (event.clientX - box.left) / box.width * size[u]; p[v] = (v === 1 ? 1 - down : down) * size[v];
    read(p[0], p[1], p[2]);
  });

  /* ---- the volume: world x to the right, y up, z towards the viewer, in mm around the middle ---- */
  var canvas = $("canvas"), gl = null, volume, needles, lattice, target, ranges = [];
  var half = [size[0] / 2, size[2] / 2, size[1] / 2], reach = Math.hypot(half[0], half[1], half[2]);
  var TAN = Math.tan(0.26), HEAD = "#version 300 es\nprecision highp float;precision highp sampler3D;\n";
  var MESH_V = HEAD + "in vec3 place;in vec3 side;uniform mat4 camera;out vec3 world,normal;void main(){world=place;normal=side;gl_Position=camera*vec4(place,1.);}";
  var MESH_F = HEAD + "in vec3 world,normal;uniform vec3 low,high,eye;out vec4 colour;void main(){if(any(lessThan(world,low-.001))||any(greaterThan(world,high+.001)))discard;" +
    "vec3 v=normalize(eye-world);float l=.42+.58*abs(dot(normalize(normal),v));colour=vec4(vec3(.86,.91,.96)*l,1.);}";
  var RAY_V = HEAD + "in vec2 place;out vec2 at;void main(){at=place;gl_Position=vec4(place,0.,1.);}";
  var RAY_F = HEAD + [
    "in vec2 at;out vec4 colour;uniform sampler3D volume;uniform sampler2D map,solid,depth;uniform vec3 eye,right,up,ahead,low,high,halfSize;",
    "uniform vec2 lens,shift;uniform float near,far,rest,pixel,stepSize,top,solidity;uniform int cutAxis,steps;uniform float bounds[6];uniform vec3 tint[5];uniform bool layers;",
    "vec3 cell(vec3 p){vec3 s=.5+.5*p/halfSize;float z=halfSize.y-p.y;return vec3(s.x,1.-s.z,(z-top)/(2.*halfSize.y-top));}",
    "vec3 layerTint(float y){float z=halfSize.y-y;vec3 c=tint[0];for(int i=1;i<5;i++)if(z>=bounds[i])c=tint[i];return c;}",
    "float edge(vec3 p,float w){vec3 d=min(p-low,high-p);float a=min(d.x,min(d.y,d.z)),c=max(d.x,max(d.y,d.z)),m=d.x+d.y+d.z-a-c;return 1.-smoothstep(1.*w,2.4*w,m);}",
    "float seam(vec3 p,float w){float z=halfSize.y-p.y,s=0.;for(int i=1;i<5;i++)s=max(s,1.-smoothstep(.3*w,1.2*w,abs(z-bounds[i])));return s;}",
    "void main(){vec3 dir=normalize(ahead+(at.x-shift.x)*lens.x*right+(at.y-shift.y)*lens.y*up);",
    "vec3 inv=1./(dir+vec3(equal(dir,vec3(0.)))*1e-6),a=(low-eye)*inv,b=(high-eye)*inv,lo=min(a,b),hi=max(a,b);",
    "float start=max(max(lo.x,lo.y),max(lo.z,near)),end=min(hi.x,min(hi.y,hi.z));if(end<=start){colour=vec4(0.);return;}",
    "vec2 uv=.5+.5*at;float z=texture(depth,uv).r;bool hit=z<1.;float hitAt=0.;if(hit){float line=2.*near*far/(far+near-(2.*z-1.)*(far-near));float t=line/dot(dir,ahead);hit=t<end;hitAt=max(t,start);}",
    "vec3 p=eye+dir*start,sum=vec3(0.);float w=pixel*start,clear=1.;",
    "vec3 edgeInk=vec3(.80,.86,.92);bool cutFace=cutAxis>=0&&((cutAxis==0&&abs(p.x-low.x)<1e-4)||(cutAxis==1&&abs(p.z-high.z)<1e-4)||(cutAxis==2&&abs(p.y-high.y)<1e-4));",
    "float e=edge(p,w)*.85;sum+=edgeInk*e;clear*=1.-e;",
    "if(cutFace){float q=texture(volume,cell(p)).r;vec3 c=texture(map,vec2(q*255./256.+.5/256.,.5)).rgb;c=halfSize.y-p.y<top?layerTint(p.y)*.8:mix(c,layerTint(p.y)*.5,.06);sum+=clear*.93*c;clear*=.07;}",
    "else{vec3 face=layerTint(p.y);sum+=clear*face*.075;clear*=.925;}",
    "if(layers){float s=seam(p,w)*.45;sum+=clear*edgeInk*s;clear*=1.-s;}",
    "float noise=fract(52.9829189*fract(dot(gl_FragCoord.xy,vec2(.06711056,.00583715))));float t=start+stepSize*noise;float above=halfSize.y-p.y;",
    "float span=max(rest,1.-rest);for(int i=0;i<400;i++){if(i>=steps||t>=end||clear<.02)break;if(hit&&t>=hitAt){vec3 c=texture(solid,uv).rgb;sum+=clear*c*solidity;clear*=1.-solidity;hit=false;}p=eye+dir*t;vec3 s=cell(p);float q=s.z<0.?rest:texture(volume,s).r;float d=abs(q-rest)/span;",
    "float thick=smoothstep(.02,.10,d)*(.35+4.4*d*d);float alpha=1.-exp(-thick*stepSize/min(halfSize.x,halfSize.y)*1.6);",
    "if(alpha>.0005){vec3 c=texture(map,vec2(q*255./256.+.5/256.,.5)).rgb;sum+=clear*alpha*c;clear*=1.-alpha;}",
    "if(layers){float below=halfSize.y-p.y;for(int k=1;k<5;k++){if((above-bounds[k])*(below-bounds[k])<0.){sum+=clear*tint[k]*.10;clear*=.90;}}above=below;}",
    "t+=stepSize;}",
    "p=eye+dir*end;{if(hit){vec3 c=texture(solid,uv).rgb;sum+=clear*c*solidity;clear*=1.-solidity;}float f=edge(p,pixel*end)*.5;sum+=clear*edgeInk*f;clear*=1.-f;sum+=clear*layerTint(p.y)*.11;clear*=.89;if(layers){float s=seam(p,pixel*end)*.25;sum+=clear*edgeInk*s;clear*=1.-s;}}",
    "colour=vec4(sum,1.-clear);}"
  ].join("\n");

  function program(vertex, fragment) {
    var made = gl.createProgram();
    [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]].forEach(function (part) {
      var shader = gl.createShader(part[0]);
      gl.shaderSource(shader, part[1]); gl.compileShader(shader); gl.attachShader(made, shader);
    });
    gl.linkProgram(made);
    if (!gl.getProgramParameter(made, gl.LINK_STATUS)) { throw new Error(gl.getProgramInfoLog(made) || "the graphics program does not link"); }
    var names = {};
    for (var i = 0; i < gl.getProgramParameter(made, gl.ACTIVE_UNIFORMS); i++) {
      var name = gl.getActiveUniform(made, i).name;
      names[name.replace("[0]", "")] = gl.getUniformLocation(made, name);
    }
    return { program: made, at: names };
  }
  function texture(kind, filter) {
    var made = gl.createTexture();
    gl.bindTexture(kind, made);
    [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R].forEach(function (side) { gl.texParameteri(kind, side, gl.CLAMP_TO_EDGE); });
    gl.texParameteri(kind, gl.TEXTURE_MIN_FILTER, filter); gl.texParameteri(kind, gl.TEXTURE_MAG_FILTER, filter);
    return made;
  }
  function attribute(made, name, width, values) {
    var at = gl.getAttribLocation(made.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(values), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(at); gl.vertexAttribPointer(at, width, gl.FLOAT, false, 0, 0);
  }
  function cones() {
    var place = [], side = [], SIDES = 14;
    data.tracks.forEach(function (tracks) { var from = place.length / 3; tracks.forEach(function (t) {
      var tip = [t[2] - half[0], half[1] - t[4], half[2] - t[3]];
      for (var i = 0; i < SIDES; i++) {
        [i, i + 1].forEach(function (j) {
          var c = Math.cos(j / SIDES * 6.2831853), s = Math.sin(j / SIDES * 6.2831853);
          place.push(t[0] - half[0] + t[5] * c, half[1] - 0.0005, half[2] - t[1] + t[5] * s); side.push(c, t[5] / t[4], s);
        });
        place.push(tip[0], tip[1], tip[2]); side.push(side[side.length - 6], 0, side[side.length - 4]);
      }
    }); ranges.push([from, place.length / 3 - from]); });
    return [place, side];
  }
  function begin() {
    gl = canvas.getContext("webgl2", { alpha: true, antialias: false, preserveDrawingBuffer: true, powerPreference: "low-power" });
    if (!gl) { return false; }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    volume = program(RAY_V, RAY_F); needles = program(MESH_V, MESH_F);
    lattice = { ray: gl.createVertexArray(), mesh: gl.createVertexArray(), volume: texture(gl.TEXTURE_3D, gl.LINEAR), map: texture(gl.TEXTURE_2D, gl.LINEAR) };
    gl.bindTexture(gl.TEXTURE_3D, lattice.volume);
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.R8, n[0], n[1], n[2]);
    gl.bindTexture(gl.TEXTURE_2D, lattice.map);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, map);
    gl.bindVertexArray(lattice.ray); attribute(volume, "place", 2, [-1, -1, 3, -1, -1, 3]);
    var mesh = cones();
    gl.bindVertexArray(lattice.mesh); attribute(needles, "place", 3, mesh[0]); attribute(needles, "side", 3, mesh[1]);
    target = { frame: gl.createFramebuffer(), width: 0, height: 0 };
    return true;
  }
  function resize(width, height) {
    if (target.width === width && target.height === height) { return; }
    canvas.width = width; canvas.height = height;
    if (target.solid) { gl.deleteTexture(target.solid); gl.deleteTexture(target.depth); }
    target.solid = texture(gl.TEXTURE_2D, gl.LINEAR); gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    target.depth = texture(gl.TEXTURE_2D, gl.NEAREST); gl.texStorage2D(gl.TEXTURE_2D, 1, gl.DEPTH_COMPONENT24, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target.solid, 0);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.TEXTURE_2D, target.depth, 0);
    target.width = width; target.height = height;
  }
  function camera() {
    var c = Math.cos(state.lift), s = Math.sin(state.lift), ct = Math.cos(state.turn), st = Math.sin(state.turn);
    var wide = canvas.clientWidth, high = Math.max(canvas.clientHeight, 1), aspect = wide / high, box = limits();
    /* Room is kept for the legend above, the scale bar below and the layer names on the right. */
    var names = state.layers ? (wide < 500 ? 84 : 120) : 10, inside = [(wide - names - 24) / wide, (high - 96) / high], shift = [(14 - names) / wide, -30 / high];
    var level = Math.hypot(0.35 * half[0] + 0.325 * (box[1][0] - box[0][0]), 0.35 * half[2] + 0.325 * (box[1][2] - box[0][2]));
    var away = Math.max(level / (TAN * aspect * inside[0]), (half[1] * 0.91 + level * 0.45) / (TAN * inside[1])) * 1.02 / state.zoom + level * 0.3;
    var back = [c * st, s, c * ct], right = [ct, 0, -st], up = [-s * st, c, -s * ct], middle = [0, 1, 2].map(function (i) { return (box[0][i] + box[1][i]) / 2; });
    var eye = back.map(function (v, i) { return v * away + middle[i]; }), near = Math.max(away - 2.2 * reach, 0.02 * reach), far = away + 2.2 * reach;
    var lens = [TAN * aspect, TAN];
    function dot(a, b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
    return {
      eye: eye, right: right, up: up, ahead: back.map(function (v) { return -v; }), near: near, far: far, lens: lens, shift: shift,
      project: function (p) {
        var d = [p[0] - eye[0], p[1] - eye[1], p[2] - eye[2]], deep = -dot(d, back);
        return [(0.5 + 0.5 * (dot(d, right) / deep / lens[0] + shift[0])) * canvas.clientWidth, (0.5 - 0.5 * (dot(d, up) / deep / lens[1] + shift[1])) * canvas.clientHeight, deep];
      },
      matrix: (function () {
        var m = new Float32Array(16), rows = [right.map(function (v) { return v / lens[0]; }), up.map(function (v) { return v / lens[1]; })];
        var k = (far + near) / (far - near), push = -2 * far * near / (far - near), i;
        for (i = 0; i < 3; i++) { m[4 * i] = rows[0][i] - shift[0] * back[i]; m[4 * i + 1] = rows[1][i] - shift[1] * back[i]; m[4 * i + 2] = -k * back[i]; m[4 * i + 3] = -back[i]; }
        m[12] = shift[0] * dot(back, eye) - dot(rows[0], eye); m[13] = shift[1] * dot(back, eye) - dot(rows[1], eye); m[14] = k * dot(back, eye) + push; m[15] = dot(back, eye);
        return m;
      })()
    };
  }
  function limits() {
    var low = half.map(function (v) { return -v; }), high = half.slice(), at = cutAt();
    if (state.cut) {
      if (state.axis === 0) { low[0] = Math.min(at - half[0], half[0] - 1e-3); }
      if (state.axis === 1) { high[2] = Math.max(half[2] - at, 1e-3 - half[2]); }
      if (state.axis === 2) { high[1] = Math.max(half[1] - at, 1e-3 - half[1]); }
    }
    return [low, high];
  }
  function render(scale, steps) {
    var width = Math.max(Math.round(canvas.clientWidth * scale), 2), height = Math.max(Math.round(canvas.clientHeight * scale), 2);
    resize(width, height);
    var view = camera(), box = limits(), q = quantity(), at;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.frame);
    gl.viewport(0, 0, width, height); gl.clearColor(0, 0, 0, 0); gl.enable(gl.DEPTH_TEST); gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    var range = ranges[session()];
    if (state.tracks && range[1]) {
      at = needles.at; gl.useProgram(needles.program); gl.bindVertexArray(lattice.mesh);
      gl.uniformMatrix4fv(at.camera, false, view.matrix); gl.uniform3fv(at.low, box[0]); gl.uniform3fv(at.high, box[1]); gl.uniform3fv(at.eye, view.eye);
      gl.drawArrays(gl.TRIANGLES, range[0], range[1]);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null); gl.disable(gl.DEPTH_TEST); gl.clear(gl.COLOR_BUFFER_BIT);
    at = volume.at; gl.useProgram(volume.program); gl.bindVertexArray(lattice.ray);
    [[gl.TEXTURE_3D, lattice.volume, at.volume], [gl.TEXTURE_2D, lattice.map, at.map], [gl.TEXTURE_2D, target.solid, at.solid], [gl.TEXTURE_2D, target.depth, at.depth]].forEach(function (t, i) {
      gl.activeTexture(gl.TEXTURE0 + i); gl.bindTexture(t[0], t[1]); gl.uniform1i(t[2], i);
    });
    ["eye", "right", "up", "ahead"].forEach(function (name) { gl.uniform3fv(at[name], view[name]); });
    gl.uniform3fv(at.low, box[0]); gl.uniform3fv(at.high, box[1]); gl.uniform3fv(at.halfSize, half); gl.uniform2fv(at.lens, view.lens); gl.uniform2fv(at.shift, view.shift);
    gl.uniform1f(at.top, data.top); gl.uniform1f(at.solidity, data.tracks[0].length > 20 ? 0.42 : 0.6); gl.uniform1f(at.near, view.near); gl.uniform1f(at.far, view.far); gl.uniform1f(at.pixel, 2 * TAN / height * 0.9);
    gl.uniform1f(at.rest, Math.pow((q.rest - q.low) / ((q.high - q.low) || 1), 1 / q.power)); gl.uniform1f(at.stepSize, 2 * reach / steps);
    gl.uniform1i(at.steps, steps); gl.uniform1i(at.cutAxis, state.cut ? state.axis : -1); gl.uniform1i(at.layers, state.layers ? 1 : 0);
    gl.uniform1fv(at.bounds, data.bounds); gl.uniform3fv(at.tint, data.tint);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }
  /* A coarse picture at once; the fine one when the hand rests. The pace of this machine decides how fine. */
  /* Its pace is not known at first: a guess on the slow side, so that without a graphics processor the first picture is soon there. */
  var pace = 1.5e-3, timer = 0, asked = 0;
  function paint(fine) {
    if (!gl || gl.isContextLost()) { return; }
    var area = canvas.clientWidth * canvas.clientHeight, steps = fine ? 160 : 72, allowed = fine ? 900 : 45;
    var scale = Math.sqrt(allowed / (pace * area * steps / 100));
    scale = Math.min(Math.max(scale, fine ? 1 : 0.3), fine ? Math.min(window.devicePixelRatio || 1, 2) : 1);
    var began = performance.now();
    render(scale, steps);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    pace = 0.5 * pace + 0.5 * (performance.now() - began) / (area * scale * scale * steps / 100);
    labels();
    canvas.dataset.painted = fine ? "fine" : "coarse";
  }
  function now() {
    cancelAnimationFrame(asked); asked = 0; paint(false);
    clearTimeout(timer); timer = setTimeout(function () { if (!playing) { paint(true); } }, 160);
  }
  function ask() { if (!asked) { asked = requestAnimationFrame(now); } }

  /* ---- names of the layers beside the block, and a scale bar ---- */
  function labels() {
    var over = $("over"), view = camera(), box = limits(), parts = [], wide = canvas.clientWidth, best = null;
    if (state.layers) {
      [[0, 0], [0, 1], [1, 0], [1, 1]].forEach(function (c) {
        var x = c[0] ? box[1][0] : box[0][0], z = c[1] ? box[1][2] : box[0][2], at = view.project([x, 0, z]);
        if (!best || at[0] > best[2]) { best = [x, z, at[0]]; }
      });
      var last = -99, room = wide < 500 ? 13 : 16;
      data.layers.forEach(function (name, i) {
        var low = data.bounds[i], high = Math.min(data.bounds[i + 1], size[2]), top = half[1] - box[1][1];
        if (low >= size[2] - 1e-3 || high <= top + 1e-3) { return; }
        var at = view.project([best[0], half[1] - (Math.max(low, top) + high) / 2, best[1]]), y = Math.max(at[1], last + room);
        last = y;
        parts.push('<path d="M' + (at[0] + 3).toFixed(1) + " " + at[1].toFixed(1) + "L" + (at[0] + 12).toFixed(1) + " " + y.toFixed(1) + 'h4"/><text x="' + (at[0] + 19).toFixed(1) + '" y="' + (y + 3.5).toFixed(1) + '">' + (wide < 500 ? data.brief[i] : name) + "</text>");
      });
    }
    var length = data.bar, a = view.project([-half[0], -half[1], half[2]]), b = view.project([-half[0] + length, -half[1], half[2]]);
    if (state.cut && state.axis !== 2) { a = view.project([box[0][0], -half[1], box[1][2]]); b = view.project([box[0][0] + Math.min(length, box[1][0] - box[0][0]), -half[1], box[1][2]]); }
    parts.push('<path class="bar" d="M' + a[0].toFixed(1) + " " + (a[1] + 7).toFixed(1) + "L" + b[0].toFixed(1) + " " + (b[1] + 7).toFixed(1) + '"/><text x="' + ((a[0] + b[0]) / 2).toFixed(1) + '" y="' + (Math.max(a[1], b[1]) + 24).toFixed(1) + '" text-anchor="middle">' + local(Number(Math.min(length, box[1][0] - box[0][0]).toPrecision(2))) + " mm</text>");
    over.innerHTML = parts.join("");
  }

  /* ---- what is under the pointer: the cut where it is hit, else the strongest place along the line of sight ---- */
  function probe(event) {
    var area = canvas.getBoundingClientRect(), view = camera(), box = limits(), i, t;
    var u = ((event.clientX - area.left) / area.width * 2 - 1 - view.shift[0]) * view.lens[0], v = (1 - (event.clientY - area.top) / area.height * 2 - view.shift[1]) * view.lens[1];
    var dir = [0, 1, 2].map(function (k) { return view.ahead[k] + u * view.right[k] + v * view.up[k]; }), start = 0, end = 1e9, face = -1;
    for (i = 0; i < 3; i++) {
      var a = (box[0][i] - view.eye[i]) / dir[i], b = (box[1][i] - view.eye[i]) / dir[i];
      if (Math.min(a, b) > start) { start = Math.min(a, b); face = i; }
      end = Math.min(end, Math.max(a, b));
    }
    if (end <= start) { return; }
    function place(t) { var p = [0, 1, 2].map(function (k) { return view.eye[k] + t * dir[k]; }); return [p[0] + half[0], half[2] - p[2], half[1] - p[1]]; }
    var cutFace = state.cut && ((state.axis === 0 && face === 0 && dir[0] > 0) || (state.axis === 1 && face === 2 && dir[2] < 0) || (state.axis === 2 && face === 1 && dir[1] < 0));
    var best = place(start), most = -1, q = quantity();
    if (!cutFace) {
      for (i = 0; i < 120; i++) {
        var p = place(start + (end - start) * (i + 0.5) / 120), far = Math.abs(value(code(p[0], p[1], p[2])) - q.rest);
        if (far > most) { most = far; best = p; }
      }
    }
    read(best[0], best[1], best[2], cutFace ? words.cut : words.sight);
  }

  /* ---- controls ---- */
  var told = 0;
  function tell() {
    var i = nearest(state.at), sentence = quantity().told[i];
    clearTimeout(told);
    $("told").setAttribute("aria-live", playing ? "off" : "polite");
    told = setTimeout(function () { $("told").textContent = sentence; }, playing ? 0 : 250);
  }
  function moved() {
    if (!film) { return; }
    blend();
    var text = when(state.at), slider = $("time");
    $("when").textContent = text;
    slider.value = Math.round(state.at * slider.max);
    slider.setAttribute("aria-valuetext", text);
    canvas.setAttribute("aria-label", fill(words.canvas, { quantity: quantity().label, time: text }));
    if (gl) {
      gl.activeTexture(gl.TEXTURE0); gl.bindTexture(gl.TEXTURE_3D, lattice.volume);
      gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, n[0], n[1], n[2], gl.RED, gl.UNSIGNED_BYTE, frame);
    }
    tell(); section(); ask();
  }
  function cutMoved() {
    var text = fill(words.at[state.axis], { mm: local(cutAt().toFixed(2)) });
    $("cut").setAttribute("aria-valuetext", text);
    $("cut-at").textContent = text;
    section(); ask();
  }
  function legend() {
    var q = quantity();
    $("legend-title").textContent = q.label + (q.unit ? ", " + q.unit : "");
    $("ticks").innerHTML = "";
    q.ticks.forEach(function (t) { var s = document.createElement("span"); s.style.left = 100 * t[0] + "%"; s.textContent = t[1]; $("ticks").appendChild(s); });
    $("rest").style.left = 100 * Math.pow((q.rest - q.low) / ((q.high - q.low) || 1), 1 / q.power) + "%";
    $("scale-note").textContent = q.note;
    $("plain").textContent = q.plain;
    $("mark").hidden = true; $("value").textContent = "";
  }
  function choose(index) {
    state.quantity = index; $("quantity").value = index;
    return unpack(quantity().name).then(function (codes) { if (state.quantity === index) { film = codes; legend(); moved(); } });
  }
  function stop() { cancelAnimationFrame(playing); clearTimeout(playing); playing = 0; $("play").textContent = words.play; $("play").setAttribute("aria-pressed", "false"); }
  function play() {
    var from = state.at >= 0.999 ? 0 : state.at, began = null;
    function roll(now) {
      if (began === null) { began = now; }
      state.at = Math.min(from + (now - began) / 14000, 1);
      if (state.at >= 1) { stop(); } else { playing = requestAnimationFrame(roll); }
      moved();
    }
    function jump() {
      var next = places.findIndex(function (p) { return p > state.at + 1e-6; });
      if (next < 0) { stop(); } else { state.at = places[next]; playing = setTimeout(jump, 1500); }
      moved();
    }
    if (state.at >= 0.999) { state.at = 0; }
    $("play").textContent = words.pause; $("play").setAttribute("aria-pressed", "true");
    playing = calm.matches ? setTimeout(jump, 1500) : requestAnimationFrame(roll);
  }
  $("play").addEventListener("click", function () { if (playing) { stop(); moved(); } else { play(); } });
  $("time").addEventListener("input", function () { stop(); state.at = this.value / this.max; var i = nearest(state.at); if (Math.abs(places[i] - state.at) <= 0.5 / this.max) { state.at = places[i]; } moved(); });
  /* Arrow keys go from one stored time to the next, so that picture and sentence speak of the same moment. */
  $("time").addEventListener("keydown", function (event) {
    var step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key], i, later;
    if (!step) { return; }
    event.preventDefault(); stop();
    later = places.findIndex(function (p) { return p > state.at + 1e-6; });
    if (later < 0) { later = places.length; }
    i = step > 0 ? later : later - 1 - (places[later - 1] > state.at - 1e-6 ? 1 : 0);
    state.at = places[Math.min(Math.max(i, 0), places.length - 1)];
    moved();
  });
  $("quantity").addEventListener("change", function () { choose(+this.value); });
  $("cut").addEventListener("input", function () { state.share = this.value / this.max; cutMoved(); });
  ["open", "tracks", "layers"].forEach(function (name) {
    $(name).addEventListener("change", function () { state[name === "open" ? "cut" : name] = this.checked; section(); ask(); });
  });
  root.querySelectorAll('[name="block-axis"]').forEach(function (radio) {
    radio.addEventListener("change", function () { state.axis = +this.value; state.share = state.axis === 1 ? data.cut : 0.5; $("cut").value = Math.round(state.share * $("cut").max); cutMoved(); });
  });
  root.querySelectorAll(".block-still").forEach(function (still) {
    still.addEventListener("click", function () {
      stop(); state.at = places[+still.dataset.time];
      choose(+still.dataset.quantity).then(function () { root.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" }); });
    });
  });
  function turn(by, lift) {
    state.turn += by; state.lift = Math.min(Math.max(state.lift + lift, -0.35), 1.5);
    canvas.dataset.turn = state.turn.toFixed(3);
    ask();
  }
  function zoom(by) { state.zoom = Math.min(Math.max(state.zoom * by, 0.7), 4); ask(); }
  var fingers = new Map();
  canvas.addEventListener("pointerdown", function (event) { canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, [event.clientX, event.clientY]); });
  canvas.addEventListener("pointermove", function (event) {
    var was = fingers.get(event.pointerId);
    if (!was) { if (film) { probe(event); } return; }
    if (fingers.size === 1) { turn((was[0] - event.clientX) * 0.008, (event.clientY - was[1]) * 0.006); }
    else {
      var other = Array.from(fingers.entries()).find(function (f) { return f[0] !== event.pointerId; })[1];
      zoom(Math.hypot(event.clientX - other[0], event.clientY - other[1]) / Math.max(Math.hypot(was[0] - other[0], was[1] - other[1]), 1));
    }
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  ["pointerup", "pointercancel"].forEach(function (name) { canvas.addEventListener(name, function (event) { fingers.delete(event.pointerId); if (film && name === "pointerup") { probe(event); } }); });
  canvas.addEventListener("wheel", function (event) { if (event.ctrlKey || document.activeElement === canvas) { event.preventDefault(); zoom(Math.exp(-event.deltaY * 0.0015)); } }, { passive: false });
  canvas.addEventListener("keydown", function (event) {
    var moves = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (moves) { turn(moves[0], moves[1]); }
    else if (event.key === "+" || event.key === "=") { zoom(1.15); }
    else if (event.key === "-") { zoom(1 / 1.15); }
    else if (event.key === "Home") { state.turn = 0.62; state.lift = 0.42; state.zoom = 1; turn(0, 0); }
    else { return; }
    event.preventDefault();
  });
  canvas.addEventListener("webglcontextlost", function (event) { event.preventDefault(); root.classList.add("block-flat"); });
  window.addEventListener("resize", function () { if (film) { section(); ask(); } });

  try { if (!begin()) { root.classList.add("block-flat"); } } catch (fault) { gl = null; root.classList.add("block-flat"); }
  live.hidden = false; root.classList.add("block-on");
  state.at = places[data.start[1]];
  $("cut").value = Math.round(state.share * $("cut").max);
  choose(state.quantity).then(function () { cutMoved(); turn(0, 0); if (gl) { now(); } root.dataset.ready = Math.round(performance.now()); });
})();
