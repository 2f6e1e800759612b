// @ts-check
/** A signature drawn by finger, pen or mouse, kept as an SVG path of straight strokes in the field beside it. */

const STEP = 1.2;

class Signature {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.pad = /** @type {SVGSVGElement} */ (root.querySelector("svg"));
    this.path = /** @type {SVGPathElement} */ (root.querySelector("path"));
    this.field = /** @type {HTMLInputElement} */ (root.querySelector("input"));
    /** @type {string[]} */
    this.strokes = this.field.value ? this.field.value.split(/(?=M)/) : [];
    this.last = { x: 0, y: 0 };
    this.drawing = false;
    this.pad.addEventListener("pointerdown", (event) => this.begin(event));
    this.pad.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) this.pad.addEventListener(name, () => this.end());
    root.querySelector("[data-sign-clear]")?.addEventListener("click", () => this.keep([]));
    root.querySelector("[data-sign-undo]")?.addEventListener("click", () => this.keep(this.strokes.slice(0, -1)));
  }

  /** @param {PointerEvent} event */
  at(event) {
    const box = this.pad.getBoundingClientRect();
    const { width, height } = this.pad.viewBox.baseVal;
    const within = (/** @type {number} */ value, /** @type {number} */ end) => Math.min(end, Math.max(0, value));
    return { x: within(((event.clientX - box.left) / box.width) * width, width), y: within(((event.clientY - box.top) / box.height) * height, height) };
  }

  /** @param {string} letter @param {{ x: number, y: number }} point */
  put(letter, point) {
    const short = (/** @type {number} */ value) => String(Math.round(value * 10) / 10);
    this.strokes[this.strokes.length - 1] += `${letter}${short(point.x)} ${short(point.y)}`;
    this.last = point;
    this.path.setAttribute("d", this.strokes.join(""));
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.pad.setPointerCapture(event.pointerId);
    this.drawing = true;
    this.strokes.push("");
    const point = this.at(event);
    this.put("M", point);
    this.put("L", point);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.drawing) return;
    // A fast pen moves several times between two frames.
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const point = this.at(each);
      if (Math.hypot(point.x - this.last.x, point.y - this.last.y) >= STEP) this.put("L", point);
    }
  }

  end() {
    if (this.drawing) this.keep(this.strokes);
    this.drawing = false;
  }

  /** @param {string[]} strokes */
  keep(strokes) {
    this.strokes = [...strokes];
    this.path.setAttribute("d", strokes.join(""));
    this.field.value = strokes.join("");
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** @param {ParentNode} root */
function start(root) {
  for (const pad of root.querySelectorAll("[data-signature]:not([data-ready])")) {
    pad.setAttribute("data-ready", "");
    new Signature(/** @type {HTMLElement} */ (pad));
  }
}
document.addEventListener("htmx:load", (event) => event.target instanceof Element && start(event.target.parentElement ?? document));
start(document);
