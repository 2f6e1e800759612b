// @ts-check
/** Small things of every page: shortcuts, dates read back in words, sliders that say their value, menus that close. */

import { open } from "./dialog.js";
import "./waiting.js";

const OFF = "pinprick.shortcuts.off";
let awaitingGo = 0;

/** @param {EventTarget | null} target */
function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(input|select|textarea)$/i.test(target.tagName));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (localStorage.getItem(OFF) || document.querySelector("dialog[open]")) return;
  if (awaitingGo && Date.now() - awaitingGo < 1500) {
    const link = document.querySelector(`a[data-go="${CSS.escape(event.key)}"]`);
    awaitingGo = 0;
    if (link instanceof HTMLAnchorElement) link.click();
  } else if (event.key === "g") awaitingGo = Date.now();
  else if (event.key === "/") focusSearch(event);
  else if (event.key === "?") open("shortcuts");
});

/** @param {KeyboardEvent} event */
function focusSearch(event) {
  const search = document.querySelector("main input[type=search], #quick-search");
  if (search instanceof HTMLInputElement) {
    event.preventDefault();
    search.focus();
    search.select();
  }
}

/** @param {EventTarget | null} [except] */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!(except instanceof Node && menu.contains(except))) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
      menu.removeAttribute("open");
    }
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));

// The server writes English dates as in Europe; the browser's plain "en" would not.
const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

/** @param {HTMLInputElement} input */
function readBack(input) {
  const output = input.parentElement?.querySelector("output");
  if (!output) return;
  const written = input.value.trim();
  const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(written) ? `${written}T00:00Z` : NaN);
  // A day that the calendar lacks, such as 30 February, would be read as one of the next month.
  const real = !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(written);
  const style = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  output.textContent = real ? new Intl.DateTimeFormat(locale, style).format(date) : "";
}

/** @param {HTMLInputElement} input */
function sayValue(input) {
  const box = input.closest("[data-slider]");
  const output = box?.querySelector("output");
  if (!(box instanceof HTMLElement) || !output) return;
  const decimals = (input.step.split(".")[1] ?? "").length;
  const style = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const text = new Intl.NumberFormat(locale, style).format(input.valueAsNumber);
  output.textContent = box.dataset.unit ? `${text}\u00a0${box.dataset.unit}` : text;
  input.setAttribute("aria-valuetext", output.textContent);
}

/**
 * Bring the controls of a part of the page to life.
 * @param {ParentNode} root
 */
function enliven(root) {
  for (const input of root.querySelectorAll("[data-date-entry] input")) readBack(/** @type {HTMLInputElement} */ (input));
  for (const input of root.querySelectorAll("[data-slider] input")) sayValue(/** @type {HTMLInputElement} */ (input));
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement)) return;
  if (input.closest("[data-date-entry]")) readBack(input);
  if (input.closest("[data-slider]")) sayValue(input);
});
document.addEventListener("htmx:load", (event) => event.target instanceof Element && enliven(event.target));
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-print]")) print();
});

for (const box of document.querySelectorAll("[data-shortcuts-on]")) {
  const input = /** @type {HTMLInputElement} */ (box);
  input.checked = !localStorage.getItem(OFF);
  input.addEventListener("change", () => (input.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
const summary = document.querySelector("[data-error-summary]");
if (summary instanceof HTMLElement) summary.focus();
enliven(document);
// Only over HTTPS and on the machine itself does a browser have it.
navigator.serviceWorker?.register("/interface/worker.js", { scope: "/" }).catch(() => undefined);
