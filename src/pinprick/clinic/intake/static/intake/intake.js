// @ts-check
/**
 * "None of these" and "I don't know" stand alone: ticking one unticks the rest, and the other way round. A free list
 * always has an empty line at its end.
 */

const MOST_LINES = 60;

document.addEventListener("input", (event) => {
  const rows = event.target instanceof Element ? event.target.closest("[data-rows]") : null;
  const last = rows?.lastElementChild;
  if (!rows || !(last instanceof HTMLElement) || !last.contains(/** @type {Node} */ (event.target)) || rows.childElementCount >= MOST_LINES) return;
  const number = rows.childElementCount;
  const copy = /** @type {HTMLElement} */ (last.cloneNode(true));
  copy.setAttribute("aria-label", (last.getAttribute("aria-label") ?? "").replace(/\d+/, String(number + 1)));
  for (const part of copy.querySelectorAll("[id], [for], [name]")) {
    for (const name of ["id", "for", "name"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace(/([.-])\d+([.-][a-z]+)$/, `$1${number}$2`));
    }
    if (part instanceof HTMLInputElement || part instanceof HTMLSelectElement) part.value = "";
  }
  copy.querySelectorAll(".errorlist").forEach((list) => list.remove());
  rows.append(copy);
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox" || !box.checked) return;
  const group = box.closest(".question");
  if (!group) return;
  const alone = box.hasAttribute("data-alone");
  for (const other of group.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.name)}"]`)) {
    if (!(other instanceof HTMLInputElement) || other === box || !other.checked) continue;
    if (alone || other.hasAttribute("data-alone")) {
      other.checked = false;
      other.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
});
