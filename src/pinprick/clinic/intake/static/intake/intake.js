// @ts-check
/** "None of these" and "I don't know" stand alone: ticking one unticks the rest, and the other way round. */

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
