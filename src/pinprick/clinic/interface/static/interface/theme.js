// @ts-check
/** Light, dark or as the system has it: kept in a cookie, so that the server paints the right one at once. */

const YEAR = 60 * 60 * 24 * 365;

/** @returns {string} "light", "dark" or "" for the system's. */
export function theme() {
  return document.documentElement.dataset.theme ?? "";
}

/**
 * Choose an appearance, here and for later pages.
 * @param {string} name "light", "dark" or "".
 */
export function choose(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  const secure = location.protocol === "https:";
  const age = name ? YEAR : 0;
  document.cookie = `${secure ? "__Host-" : ""}theme=${name}; Path=/; Max-Age=${age}; SameSite=Lax${secure ? "; Secure" : ""}`;
  mark();
}

function mark() {
  for (const button of document.querySelectorAll("[data-theme-choice] button")) {
    button.setAttribute("aria-pressed", String(/** @type {HTMLButtonElement} */ (button).value === theme()));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-theme-choice] button") : null;
  if (button instanceof HTMLButtonElement) choose(button.value);
});
mark();
