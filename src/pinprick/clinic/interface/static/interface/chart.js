// @ts-check
/**
 * The zones of a chart become buttons that press the checkboxes beside them. One zone of a drawing is in the order of
 * the tab key; arrow keys go to the nearest zone in their direction, space and enter choose. Where the chart has a field
 * for points, "Mark points" lets a press (or the key M, in the middle of the zone) leave a mark, kept as fractions of
 * the drawing.
 */

/** @typedef {{ view: string, zone: string, x: number, y: number }} Point */

const SVG = "http://www.w3.org/2000/svg";
/** @type {Record<string, [across: number, down: number]>} */
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** Where a point of a zone is looked for, as fractions of its box. @type {[across: number, down: number][]} */
const PLACES = [[0.5, 0.5], [0.85, 0.5], [0.15, 0.5], [0.9, 0.3], [0.95, 0.7]];

/** @param {SVGPathElement} zone */
function middle(zone) {
  const box = zone.getBBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A point inside the zone: the middle of a two-sided zone lies between its halves. @param {SVGPathElement} zone */
function inside(zone) {
  const box = zone.getBBox();
  const svg = /** @type {SVGSVGElement} */ (zone.ownerSVGElement);
  for (const [across, down] of PLACES) {
    const point = svg.createSVGPoint();
    point.x = box.x + box.width * across;
    point.y = box.y + box.height * down;
    if (zone.isPointInFill(point)) return point;
  }
  return zone.getPointAtLength(0);
}

class Chart {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {SVGPathElement[]} */
    this.zones = [...root.querySelectorAll("path.zone")].map((path) => /** @type {SVGPathElement} */ (path));
    this.store = /** @type {HTMLInputElement | null} */ (root.querySelector("[data-point-store]"));
    this.marking = /** @type {HTMLInputElement | null} */ (root.querySelector("[data-marking]"));
    for (const zone of this.zones) {
      zone.setAttribute("role", "button");
      zone.setAttribute("tabindex", "-1");
    }
    for (const drawing of root.querySelectorAll(".chart-view")) drawing.querySelector("path.zone")?.setAttribute("tabindex", "0");
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => this.keyed(event));
    root.addEventListener("change", () => this.show());
    root.addEventListener("autosave:filled", () => this.show());
    root.addEventListener("pointerover", (event) => this.near(event.target, true));
    root.addEventListener("pointerout", (event) => this.near(event.target, false));
    root.addEventListener("focusin", (event) => this.near(event.target, true));
    root.addEventListener("focusout", (event) => this.near(event.target, false));
    this.show();
  }

  /** @param {string} name */
  box(name) {
    return /** @type {HTMLInputElement | null} */ (this.root.querySelector(`input[type=checkbox][value="${CSS.escape(name)}"]`));
  }

  /** @param {SVGPathElement} zone */
  toggle(zone) {
    const box = this.box(zone.dataset.zone ?? "");
    if (!box || box.disabled) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    for (const zone of this.zones) zone.setAttribute("aria-pressed", String(Boolean(this.box(zone.dataset.zone ?? "")?.checked)));
    this.draw();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const zone = event.target instanceof Element ? event.target.closest("path.zone") : null;
    if (!(zone instanceof SVGPathElement)) return;
    if (!this.marking?.checked) return this.toggle(zone);
    const svg = /** @type {SVGSVGElement} */ (zone.ownerSVGElement);
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM()?.inverse());
    this.mark(zone, at);
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const zone = event.target;
    const way = WAYS[event.key];
    if (!(zone instanceof SVGPathElement) || !zone.matches("path.zone")) return;
    if (event.key === " " || event.key === "Enter") this.toggle(zone);
    else if (event.key.toLowerCase() === "m" && this.store) this.mark(zone, inside(zone));
    else if (way) this.go(zone, way);
    else return;
    event.preventDefault();
  }

  /** @param {SVGPathElement} from @param {[across: number, down: number]} way */
  go(from, [across, down]) {
    const here = middle(from);
    /** @type {SVGPathElement | undefined} */
    let best;
    let least = Infinity;
    for (const zone of this.zones) {
      if (zone === from || zone.ownerSVGElement !== from.ownerSVGElement) continue;
      const there = middle(zone);
      const ahead = (there.x - here.x) * across + (there.y - here.y) * down;
      const aside = Math.abs((there.x - here.x) * down) + Math.abs((there.y - here.y) * across);
      // Zones on both sides have their middle on the midline: sideways the order of the list decides.
      const cost = ahead > 1 ? ahead + 2 * aside : Infinity;
      if (cost < least) [best, least] = [zone, cost];
    }
    best ??= this.beside(from, across + down);
    from.setAttribute("tabindex", "-1");
    best?.setAttribute("tabindex", "0");
    best?.focus();
  }

  /** @param {SVGPathElement} from @param {number} step */
  beside(from, step) {
    const row = this.zones.filter((zone) => zone.ownerSVGElement === from.ownerSVGElement);
    return row[(row.indexOf(from) + step + row.length) % row.length];
  }

  /** @param {EventTarget | null} target @param {boolean} on */
  near(target, on) {
    if (target instanceof SVGPathElement && target.dataset.zone) {
      this.root.querySelector(`[data-for="${CSS.escape(target.dataset.zone)}"]`)?.classList.toggle("near", on);
    }
  }

  /** @returns {Point[]} */
  get points() {
    try {
      return JSON.parse(this.store?.value || "[]");
    } catch {
      return [];
    }
  }

  set points(list) {
    if (!this.store) return;
    this.store.value = JSON.stringify(list);
    this.store.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {SVGPathElement} zone @param {{ x: number, y: number }} at */
  mark(zone, at) {
    const svg = /** @type {SVGSVGElement} */ (zone.ownerSVGElement);
    const { width, height } = svg.viewBox.baseVal;
    const round = (/** @type {number} */ value) => Math.round(value * 1e4) / 1e4;
    this.points = [...this.points, { view: svg.dataset.view ?? "", zone: zone.dataset.zone ?? "", x: round(at.x / width), y: round(at.y / height) }];
  }

  draw() {
    const list = this.root.querySelector("[data-point-list]");
    this.root.querySelectorAll(".points").forEach((group) => group.replaceChildren());
    list?.replaceChildren();
    this.points.forEach((point, index) => {
      const svg = this.root.querySelector(`svg[data-view="${CSS.escape(point.view)}"]`);
      if (!(svg instanceof SVGSVGElement)) return;
      const { width, height } = svg.viewBox.baseVal;
      const dot = document.createElementNS(SVG, "circle");
      const number = document.createElementNS(SVG, "text");
      for (const [name, value] of Object.entries({ cx: point.x * width, cy: point.y * height, r: 5 })) dot.setAttribute(name, String(value));
      number.setAttribute("x", String(point.x * width + 8));
      number.setAttribute("y", String(point.y * height + 4));
      number.textContent = String(index + 1);
      svg.querySelector(".points")?.append(dot, number);
      list?.append(this.row(point, index, svg));
    });
  }

  /** @param {Point} point @param {number} index @param {SVGSVGElement} svg */
  row(point, index, svg) {
    const row = document.createElement("li");
    const zone = svg.querySelector(`[data-zone="${CSS.escape(point.zone)}"]`);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small";
    const list = /** @type {HTMLElement} */ (this.root.querySelector("[data-point-list]"));
    button.textContent = list.dataset.remove ?? "";
    button.setAttribute("aria-label", `${list.dataset.remove} ${index + 1}`);
    button.addEventListener("click", () => (this.points = this.points.filter((_, other) => other !== index)));
    row.append(`${zone?.getAttribute("aria-label") ?? point.zone} `, button);
    return row;
  }
}

/** @param {ParentNode} root */
function start(root) {
  for (const chart of root.querySelectorAll("[data-zone-chart]:not([data-ready]):not(.readonly)")) {
    chart.setAttribute("data-ready", "");
    new Chart(/** @type {HTMLElement} */ (chart));
  }
}
document.addEventListener("htmx:load", (event) => event.target instanceof Element && start(event.target.parentElement ?? document));
start(document);
