// @ts-check
/**
 * Time since something began, by the server's clock: a reload, a sleeping phone or a wrong clock of the device changes
 * nothing. It says once when it is long enough and once when it is too long. `timer:start` (detail: milliseconds since
 * 1970 by this device) starts it before the server knows; the page then sends that moment with its form.
 */

class Timer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.ahead = Date.now() - Number(root.dataset.now) * 1000;
    this.since = root.dataset.since ? Number(root.dataset.since) * 1000 : 0;
    this.said = "";
    root.addEventListener("timer:start", (event) => {
      this.since = /** @type {CustomEvent<number>} */ (event).detail - this.ahead;
      this.show();
    });
    this.show();
    const every = setInterval(() => (root.isConnected ? this.show() : clearInterval(every)), 1000);
  }

  show() {
    if (!this.since) return;
    const seconds = Math.max(0, Math.floor((Date.now() - this.ahead - this.since) / 1000));
    const output = this.root.querySelector("output");
    const hours = Math.floor(seconds / 3600);
    const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
    const minutes = Math.floor(seconds / 60) % 60;
    if (output) output.textContent = hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
    const state = seconds >= Number(this.root.dataset.over) * 60 ? "over" : seconds >= Number(this.root.dataset.due) * 60 ? "due" : "";
    this.root.classList.toggle("due", state === "due");
    this.root.classList.toggle("over", state === "over");
    if (state !== this.said) this.say(state);
  }

  /** @param {string} state */
  say(state) {
    this.said = state;
    const place = this.root.querySelector("[role=status]");
    if (place) place.textContent = (state === "over" ? this.root.dataset.overSaid : state ? this.root.dataset.dueSaid : "") ?? "";
    this.root.dispatchEvent(new CustomEvent("timer:reached", { detail: state, bubbles: true }));
  }
}

/** @param {ParentNode} root */
function start(root) {
  for (const timer of root.querySelectorAll("[data-timer]:not([data-ready])")) {
    timer.setAttribute("data-ready", "");
    new Timer(/** @type {HTMLElement} */ (timer));
  }
}
document.addEventListener("htmx:load", (event) => event.target instanceof Element && start(event.target.parentElement ?? document));
start(document);
