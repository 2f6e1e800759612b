// @ts-check
/**
 * A signature drawn with finger, pen or mouse. Every stroke goes into the form's hidden field as it is drawn, and together
 * with the typed name into the tab's own storage, so that nothing is lost when the page is left or the network fails.
 */

const KEY = "consent:";

/** @param {string} path */
function draft(path) {
  return `${KEY}${path}`;
}

/** Forget what was kept, once it has arrived. */
function forget() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEY)) sessionStorage.removeItem(key);
}

/** @param {HTMLFormElement} form */
function start(form) {
  const pad = /** @type {HTMLElement} */ (form.querySelector("[data-pad]"));
  const svg = /** @type {SVGSVGElement} */ (pad.querySelector("svg"));
  const drawn = /** @type {SVGPathElement} */ (pad.querySelector("path"));
  const hidden = /** @type {HTMLInputElement} */ (form.elements.namedItem("path"));
  const named = /** @type {HTMLInputElement} */ (form.elements.namedItem("name"));
  const typed = /** @type {HTMLInputElement} */ (form.elements.namedItem("typed_instead"));
  const state = /** @type {HTMLElement} */ (form.querySelector("[data-pad-state]"));
  const { width, height } = svg.viewBox.baseVal;
  /** @type {string[]} */
  let strokes = [];
  let current = "";

  const keep = () => {
    hidden.value = strokes.join("") + current;
    drawn.setAttribute("d", hidden.value);
    state.textContent = hidden.value ? (state.dataset.drawn ?? "") : (state.dataset.empty ?? "");
    sessionStorage.setItem(draft(location.pathname), JSON.stringify({ path: hidden.value, name: named.value }));
  };

  /** @param {PointerEvent} event */
  const point = (event) => {
    const box = svg.getBoundingClientRect();
    const x = Math.min(width, Math.max(0, ((event.clientX - box.left) / box.width) * width));
    const y = Math.min(height, Math.max(0, ((event.clientY - box.top) / box.height) * height));
    return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
  };

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    current = `M${point(event)}`;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!current) return;
    current += `L${point(event)}`;
    keep();
  });
  const end = () => {
    if (!current) return;
    strokes.push(current);
    current = "";
    typed.checked = false;
    keep();
  };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  form.querySelector("[data-undo]")?.addEventListener("click", () => {
    strokes.pop();
    keep();
  });
  form.querySelector("[data-clear]")?.addEventListener("click", () => {
    strokes = [];
    keep();
  });
  named.addEventListener("input", keep);
  // Whoever presses 'sign' with the finger still on the field loses no stroke.
  const signing = /** @type {HTMLElement} */ (form.querySelector("[data-signing]"));
  form.addEventListener("submit", (event) => {
    end();
    // Sealing takes a moment: it is said, and pressing again sends nothing more.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    signing.textContent = signing.dataset.signing ?? "";
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    signing.textContent = "";
  });

  const kept = JSON.parse(sessionStorage.getItem(draft(location.pathname)) ?? "{}");
  if (!named.value && typeof kept.name === "string") named.value = kept.name;
  const before = hidden.value || (typeof kept.path === "string" ? kept.path : "");
  strokes = before.split(/(?=M)/).filter(Boolean);
  keep();
}

const form = document.querySelector("form[data-signature]");
if (form instanceof HTMLFormElement) start(form);
if (document.querySelector("[data-consent-done]")) forget();
