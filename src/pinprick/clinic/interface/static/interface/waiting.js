// @ts-check
/**
 * What was typed and has not been sent lies in this browser. It is its writer's: signing out takes it away, after a
 * warning, and nobody who signs in here afterwards finds it.
 */

import { PREFIX } from "./queue.js";

const member = document.body.dataset.member;

/** @returns {string[]} names under which saves wait. */
function waiting() {
  return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
}

/** Take away all that was typed here. */
function forget() {
  for (const name of waiting()) localStorage.removeItem(name);
  sessionStorage.clear();
}

/**
 * @param {string} name
 * @returns {string | undefined} who typed what waits under a name; nobody on a patient's own phone
 */
function whose(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "").whose;
  } catch {
    return undefined;
  }
}

if (member && waiting().some((name) => (whose(name) ?? member) !== member)) forget();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-signs-out")) return;
  const { unsent } = document.body.dataset;
  if (unsent && waiting().length && !confirm(unsent)) event.preventDefault();
  else forget();
});
