// @ts-check
/** What stands at a field that cannot be saved: the server's message, or what somebody else has typed meanwhile. */

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLElement | null} the box around a field
 */
function box(form, name) {
  const control = form.querySelector(`[name="${CSS.escape(name)}"]`);
  return control ? (control.closest(".field") ?? control.parentElement) : null;
}

/** @param {HTMLFormElement} form @param {string} name */
const controls = (form, name) => form.querySelectorAll(`[name="${CSS.escape(name)}"]`);

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string[]>} errors messages by field; '' is the form as a whole
 */
export function showErrors(form, errors) {
  clearErrors(form, Object.keys(errors));
  for (const [name, messages] of Object.entries(errors)) {
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.dataset.autosaveError = name;
    list.id = `saving-${name || "form"}-error`;
    list.setAttribute("role", "alert");
    list.append(...messages.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    const around = (name && box(form, name)) || form;
    around.querySelectorAll(":scope > .errorlist").forEach((old) => old.remove());
    const label = around === form ? null : around.querySelector("label, legend");
    if (label) label.after(list);
    else around.prepend(list);
    for (const control of controls(form, name)) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-errormessage", list.id);
    }
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string[]} names
 */
export function clearErrors(form, names) {
  for (const name of ["", ...names]) {
    form.querySelectorAll(`[data-autosave-error="${CSS.escape(name)}"]`).forEach((list) => list.remove());
    for (const control of controls(form, name)) {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-errormessage");
    }
  }
}

/**
 * Show both values and let the person choose.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {{ mine: string[], theirs: string[], who: string }} values
 * @param {(value: string[]) => void} chosen
 */
export function showConflict(form, name, { mine, theirs, who }, chosen) {
  const around = box(form, name) ?? form;
  const state = form.querySelector("[data-save-state]");
  const words = state instanceof HTMLElement ? state.dataset : {};
  around.querySelectorAll(":scope > .conflict").forEach((old) => old.remove());
  const shown = document.createElement("div");
  shown.className = "conflict";
  shown.setAttribute("role", "alert");
  shown.append(
    line(who ? (words.theirsBy ?? "").replace("%s", who) : (words.theirs ?? ""), text(form, name, theirs)),
    line(words.mine ?? "", text(form, name, mine)),
  );
  const row = document.createElement("div");
  row.className = "actions";
  const close = (/** @type {string[]} */ value) => { shown.remove(); chosen(value); };
  row.append(choice(words.keepMine ?? "", () => close(mine)), choice(words.takeTheirs ?? "", () => close(theirs)));
  shown.append(row);
  around.append(shown);
}

/** @param {string} label @param {string} value */
function line(label, value) {
  const row = document.createElement("p");
  const strong = document.createElement("strong");
  strong.textContent = value || "–";
  row.append(`${label} `, strong);
  return row;
}

/** @param {string} label @param {() => void} act */
function choice(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

/**
 * Values as a person reads them: the label of a choice, not its code.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string[]} list
 */
function text(form, name, list) {
  return list
    .map((value) => {
      for (const control of controls(form, name)) {
        if (control instanceof HTMLSelectElement) return [...control.options].find((one) => one.value === value)?.text ?? value;
        if (control instanceof HTMLInputElement && /checkbox|radio/.test(control.type) && control.value === value) {
          return control.labels?.[0]?.textContent?.trim() || value;
        }
      }
      return value;
    })
    .join(", ");
}
