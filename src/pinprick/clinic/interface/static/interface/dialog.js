// @ts-check
/** Opens a native dialog from any button with `data-dialog="its id"`; `data-dialog-close` closes the one around it. */

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-dialog]");
  if (opener instanceof HTMLElement) open(opener.dataset.dialog ?? "");
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog")?.close();
  // A click on the backdrop reaches the dialog itself.
  if (event.target instanceof HTMLDialogElement && outside(event.target, event)) event.target.close();
});

/**
 * Open a dialog and close menus that hide it.
 * @param {string} id
 */
export function open(id) {
  const dialog = document.getElementById(id);
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.removeAttribute("open");
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} event
 */
function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

// A fragment from the server may be a dialog that is meant to be read now.
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.target;
  if (target instanceof Element) target.querySelectorAll("dialog[data-open]").forEach((dialog) => open(dialog.id));
});
