(function () {
  "use strict";
  document.documentElement.classList.add("js");
  var live = document.querySelector(".stage-live"), data = document.getElementById("film");
  if (live && data) {
    var film = JSON.parse(data.textContent), slider = document.getElementById("moment");
    var scene = live.querySelector("svg"), when = document.getElementById("moment-time"), work = document.getElementById("moment-work");
    var show = function () {
      var frame = film[+slider.value];
      scene.setAttribute("style", frame.s);
      scene.setAttribute("aria-label", frame.n);
      slider.setAttribute("aria-valuetext", frame.t);
      when.textContent = frame.t;
      work.textContent = frame.w;
    };
    slider.addEventListener("input", show);
    live.hidden = false;
    show();
  }
  var unfold = function () {
    var found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!found) { return; }
    for (var part = found; part; part = part.parentElement) { if (part.tagName === "DETAILS") { part.open = true; } }
    found.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) { unfold(); }
  });
  unfold();
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.keep").forEach(function (item) { item.open = true; });
  });
  document.querySelectorAll("button.copy").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(document.getElementById(button.dataset.from).textContent).then(function () { button.textContent = button.dataset.done; });
    });
  });
})();
