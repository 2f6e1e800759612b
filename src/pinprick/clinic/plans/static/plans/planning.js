// @ts-check
// Zones that move together: one slider takes the others along, each as far as its own ends allow.

/** @param {Event} event */
function follow(event) {
  const moved = event.target;
  if (!(moved instanceof HTMLInputElement) || moved.type !== "range" || !moved.name.startsWith("length_")) return;
  const form = moved.form;
  const together = form?.querySelector("[data-together]");
  if (!form || !(together instanceof HTMLInputElement) || !together.checked) return;
  for (const other of form.querySelectorAll('input[type="range"][name^="length_"]')) {
    if (other instanceof HTMLInputElement && other !== moved && other.value !== moved.value) {
      other.value = moved.value;
      other.dispatchEvent(new CustomEvent("followed", { bubbles: true }));
      const output = other.parentElement?.querySelector("output");
      const unit = other.closest("[data-slider]")?.getAttribute("data-unit") ?? "";
      if (output) output.textContent = `${other.value} ${unit}`.trim();
    }
  }
}

document.addEventListener("input", follow, true);
