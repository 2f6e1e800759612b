// @ts-check
/** Short messages in the corner, with undo. The server sends them with HX-Trigger (see notices.toast); scripts call `toast`. */

import { token } from "./queue.js";

const STAY_MS = 8000;

/**
 * @typedef {object} Said
 * @property {string} text what was done
 * @property {string} [undo] address where a POST takes it back
 * @property {string} [kind] "good", "note", "warn" or "bad"
 */

/**
 * Show a message; errors and messages with undo stay until closed.
 * @param {Said} said
 */
export function toast(said) {
  const corner = document.getElementById("toasts");
  if (!corner) return;
  const row = document.createElement("div");
  row.className = "toast";
  const text = document.createElement("span");
  text.textContent = said.text;
  row.append(text);
  if (said.undo) row.append(undoButton(said.undo, corner.dataset.undo ?? "", row));
  const close = document.createElement("button");
  close.type = "button";
  close.className = "tool";
  close.setAttribute("aria-label", corner.dataset.close ?? "");
  close.textContent = "×";
  close.addEventListener("click", () => row.remove());
  row.append(close);
  corner.append(row);
  if (!said.undo && said.kind !== "bad") setTimeout(() => row.remove(), STAY_MS);
}

/**
 * @param {string} address
 * @param {string} label
 * @param {HTMLElement} row
 */
function undoButton(address, label, row) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = label;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null);
    row.remove();
    if (answer?.ok) location.reload();
    else toast({ text: document.getElementById("toasts")?.dataset.failed ?? "", kind: "bad" });
  });
  return button;
}

document.addEventListener("pinprick:toast", (event) => toast(/** @type {CustomEvent<Said>} */ (event).detail));
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast({ text: document.getElementById("toasts")?.dataset.failed ?? "", kind: "bad" }));
}
