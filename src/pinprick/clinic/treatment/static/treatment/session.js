// @ts-check
/**
 * The page of an open session: one tap for "as planned" and "as last time", plus and minus, items that wait for the
 * connection, and the contact timer. Saving itself is `autosave.js`: everything here only fills fields of its form.
 */

import { Queue } from "../interface/queue.js";

const MINUTE_MS = 60_000;
const FIELDS = ["needle_length_mm", "pass_count", "glide_speed_mm_s", "endpoint"];

const form = /** @type {HTMLFormElement} */ (document.getElementById("session-form"));

const queue = new Queue(form.dataset.autosave ?? "");

/** @param {string} name @returns {HTMLInputElement | HTMLSelectElement | null} */
function control(name) {
  return form.querySelector(`[name="${CSS.escape(name)}"]:not([type=radio])`);
}

/** Tell that somebody changed the form. */
function changed() {
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {string} path @returns {string} */
function value(path) {
  const radios = form.querySelectorAll(`input[type=radio][name="${CSS.escape(path)}"]`);
  if (radios.length) return /** @type {HTMLInputElement | undefined} */ ([...radios].find((one) => /** @type {HTMLInputElement} */ (one).checked))?.value ?? "";
  return control(path)?.value ?? "";
}

/** @param {string} path @param {string} given */
function put(path, given) {
  for (const radio of form.querySelectorAll(`input[type=radio][name="${CSS.escape(path)}"]`)) {
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === given;
  }
  const one = control(path);
  if (one) one.value = given;
}

// --- zones ----------------------------------------------------------------------------------------------------------

/** @param {HTMLElement} card @returns {Record<string, string>} */
function state(card) {
  const zone = card.dataset.zone ?? "";
  return Object.fromEntries([...FIELDS, "state"].map((name) => [name, value(`zones/${zone}/${name}`)]));
}

/** @param {HTMLElement} card @param {Record<string, string>} given */
function set(card, given) {
  const zone = card.dataset.zone ?? "";
  for (const [name, one] of Object.entries(given)) put(`zones/${zone}/${name}`, one);
  mark(card);
  changed();
}

/** @param {HTMLElement} card show its state and what departs from the plan. */
function mark(card) {
  const zone = card.dataset.zone ?? "";
  const now = value(`zones/${zone}/state`) || "open";
  card.dataset.state = now;
  const badge = /** @type {HTMLElement | null} */ (card.querySelector(".zone-state"));
  if (badge) badge.textContent = badge.dataset[now] ?? now;
  for (const box of card.querySelectorAll("[data-box]")) {
    const input = /** @type {HTMLElement | null} */ (box.querySelector("[data-planned]"));
    const planned = input?.dataset.planned ?? "";
    const given = value(/** @type {HTMLElement} */ (box).dataset.box ?? "");
    box.classList.toggle("differs", now === "treated" && planned !== "" && given !== "" && !alike(given, planned));
  }
}

/** @param {string} one @param {string} other */
function alike(one, other) {
  const number = (/** @type {string} */ text) => Number(text.replace(",", "."));
  return one === other || Math.abs(number(one) - number(other)) < 1e-9;
}

/** @param {HTMLElement} card @param {string} kind */
function fill(card, kind) {
  const zone = card.dataset.zone ?? "";
  const before = state(card);
  if (kind === "left_out") set(card, { state: "left_out" });
  else if (kind === "clear") set(card, { ...Object.fromEntries(FIELDS.map((name) => [name, ""])), state: "open" });
  else {
    const given = JSON.parse(/** @type {HTMLInputElement} */ (form.elements.namedItem(`${kind}:${zone}`)).value);
    const text = Object.fromEntries(Object.entries(given).map(([name, one]) => [name, one === null ? "" : String(one)]));
    set(card, { ...text, state: "treated" });
  }
  offerUndo(card, before);
}

/**
 * A tap in the wrong place is taken back with one more.
 * @param {HTMLElement} card
 * @param {Record<string, string>} before
 */
function offerUndo(card, before) {
  card.querySelector(".undo")?.remove();
  const row = document.createElement("p");
  row.className = "undo row";
  const text = document.createElement("span");
  text.textContent = form.dataset.done ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = form.dataset.undo ?? "";
  button.addEventListener("click", () => {
    set(card, before);
    row.remove();
    /** @type {HTMLElement | null} */ (card.querySelector("[data-fill]"))?.focus();
  });
  row.append(text, button);
  card.querySelector(".quick")?.after(row);
}

/** @param {HTMLInputElement} input @param {number} by */
function step(input, by) {
  const from = Number((input.value || input.dataset.planned || "0").replace(",", "."));
  const next = input.value ? from + by : from || Math.abs(by);
  input.value = String(Math.max(0, Math.round(next * 100) / 100));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** What is stated of an untouched zone says that it was treated. @param {Element} input */
function touched(input) {
  const card = /** @type {HTMLElement | null} */ (input.closest(".zone-card"));
  if (!card) return;
  const zone = card.dataset.zone ?? "";
  const said = FIELDS.some((name) => value(`zones/${zone}/${name}`) !== "");
  if (said && value(`zones/${zone}/state`) === "open") put(`zones/${zone}/state`, "treated");
  mark(card);
}

/** Record that another zone is treated; its card comes with the page as soon as it is recorded. */
function addZone() {
  const zone = /** @type {HTMLSelectElement} */ (form.elements.namedItem("new/zone")).value;
  const card = document.getElementById(`zone-${zone}`);
  if (card) return card.scrollIntoView();
  added = zone;
  tell(`zones/${zone}/state`, "treated");
}

// --- items: what is put on, scanned, said -----------------------------------------------------------------------------

/** @param {string} part @returns {HTMLElement} */
const area = (part) => /** @type {HTMLElement} */ (form.querySelector(`[data-new="${part}"]`));

/** @param {string} part @returns {(HTMLInputElement | HTMLSelectElement)[]} */
function inputs(part) {
  const found = area(part).querySelectorAll(`[name^="new/${part}/"]`);
  return /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([...found]).filter((one) => !one.name.endsWith("/id"));
}

/** @param {string} part add what is typed as one item; it is sent as soon as there is a connection. */
function add(part) {
  /** @type {Record<string, string>} */
  const item = {};
  for (const input of inputs(part)) {
    if (input instanceof HTMLInputElement && input.type === "radio" && !input.checked) continue;
    item[input.name.slice(`new/${part}/`.length)] = input.value;
  }
  const now = new Date().toISOString();
  if (part === "anaesthetics") item.started_at = now;
  if (part === "pains") item.at = now;
  form.querySelectorAll(`[data-pending^="${part}/"][data-refused]`).forEach((old) => old.remove());
  pend(`${part}/${crypto.randomUUID()}`, item);
  for (const input of inputs(part)) {
    if (input instanceof HTMLInputElement && input.type === "radio") input.checked = false;
    else if (input instanceof HTMLInputElement) input.value = "";
  }
  changed();
}

/**
 * Show an item that the server has not answered yet; it holds the field that is sent.
 * @param {string} path
 * @param {Record<string, string>} item
 */
function pend(path, item) {
  const part = path.slice(0, path.indexOf("/"));
  const row = document.createElement("div");
  row.className = "field pending waiting";
  row.dataset.pending = path;
  row.dataset.waiting = form.dataset.waiting ?? "";
  const label = document.createElement("span");
  label.className = "label";
  label.textContent = summary(item);
  row.append(label, hidden(path, JSON.stringify(item)));
  area(part).before(row);
  // The server's refusal is shown at the hidden field; what was typed comes back to be corrected.
  new MutationObserver(() => refused(row, part, item)).observe(row, { childList: true });
}

/** @param {Record<string, string>} item */
function summary(item) {
  return Object.entries(item)
    .filter(([name, one]) => one && !/_at$|^at$/.test(name))
    .map(([name, one]) => /** @type {HTMLOptionElement | null} */ (form.querySelector(`option[value="${CSS.escape(one)}"]`))?.text ?? (name === "mass_g" ? `${one} g` : name === "area_cm2" ? `${one} cm²` : one))
    .join(", ");
}

/** @param {string} path @param {string} given @returns {HTMLInputElement} */
function hidden(path, given) {
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = path;
  input.value = given;
  input.setAttribute("data-save", "");
  return input;
}

/** @param {HTMLElement} row @param {string} part @param {Record<string, string>} item */
function refused(row, part, item) {
  if (!row.querySelector("[data-autosave-error]") || row.dataset.refused) return;
  row.dataset.refused = "yes";
  row.classList.remove("waiting");
  row.querySelector("input")?.remove();
  const free = inputs(part).every((one) => !(one instanceof HTMLInputElement) || one.type === "radio" || one.value === "");
  if (!free) return;
  for (const [name, one] of Object.entries(item)) put(`new/${part}/${name}`, one);
  const around = area(part).closest("details");
  if (around) around.open = true;
}

/** @param {string} path take an item away, or say when a cream came off. @param {string} given */
function tell(path, given) {
  form.querySelectorAll(`[name="${CSS.escape(path)}"][data-save]`).forEach((old) => old.remove());
  form.append(hidden(path, given));
  changed();
}

// --- what the server holds -------------------------------------------------------------------------------------------

let asked = 0;
/** @type {Record<string, string>} */
const shown = {};
/** Zone that was added and has no card yet. */
let added = "";

/** Show the lists of the record again after a save. */
async function refresh() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.lists ?? "", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const held = await answer.json();
  for (const [name, html] of Object.entries(held.lists)) {
    const place = form.querySelector(`[data-list="${name}"]`);
    // What is the same is left alone: a screen reader would say it again.
    if (place && shown[name] !== html) place.innerHTML = shown[name] = html;
  }
  for (const row of form.querySelectorAll("[data-pending]")) {
    if (held.items.includes(/** @type {HTMLElement} */ (row).dataset.pending)) row.remove();
  }
  if (added && held.zones[added] === "treated" && !queue.waiting) {
    location.hash = `zone-${added}`;
    location.reload();
  }
  tick();
}

/** Items typed before the page was lost are shown until they have been sent. */
function restore() {
  for (const save of queue.read().saves) {
    for (const [path, [given]] of Object.entries(save.fields)) {
      if (/^(anaesthetics|cartridges|topicals|pains)\/[^/]+$/.test(path) && given) pend(path, JSON.parse(given));
    }
  }
}

// --- the contact timer -----------------------------------------------------------------------------------------------

/** Show how long each cream has been on, from the time that the server keeps. */
function tick() {
  for (const timer of form.querySelectorAll("[data-contact]")) {
    if (!(timer instanceof HTMLElement)) continue;
    const minutesOf = (/** @type {string | undefined} */ text) => Number(text || NaN);
    const [practice, label, longest] = [minutesOf(timer.dataset.practice), minutesOf(timer.dataset.label), minutesOf(timer.dataset.longest)];
    const minutes = (Date.now() - Date.parse(timer.dataset.started ?? "")) / MINUTE_MS;
    const output = timer.querySelector("output");
    if (output) output.textContent = clock(minutes);
    timer.classList.toggle("over", minutes > longest);
    timer.classList.toggle("due", !(minutes > longest) && minutes >= (Number.isNaN(label) ? practice : label));
    timer.classList.toggle("early", minutes < practice);
  }
}

/** @param {number} minutes */
function clock(minutes) {
  const whole = Math.max(0, Math.floor(minutes));
  return `${whole}:${String(Math.floor((Math.max(0, minutes) - whole) * 60)).padStart(2, "0")}`;
}

// --- events ----------------------------------------------------------------------------------------------------------

form.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const { step: by, fill: kind, add: part } = button.dataset;
  const card = /** @type {HTMLElement | null} */ (button.closest(".zone-card"));
  if (by !== undefined) step(/** @type {HTMLInputElement} */ (button.parentElement?.querySelector("input")), Number(by));
  else if (kind !== undefined && card) fill(card, kind);
  else if (part !== undefined) add(part);
  else if (button.dataset.addZone !== undefined) addZone();
  else return;
  event.preventDefault();
});
// Buttons of the lists stand in the form by their attribute, not by their place.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-remove], button[data-off]") : null;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  button.disabled = true;
  if (button.dataset.off) tell(`anaesthetics/${button.dataset.off}/removed_at`, new Date().toISOString());
  else tell(button.dataset.remove ?? "", "");
});
form.addEventListener("input", (event) => event.target instanceof Element && touched(event.target));
form.addEventListener("autosave:filled", (event) => event.target instanceof Element && touched(event.target));
// What waits for the connection is sent before the record is read through.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-sign]") : null;
  if (!link || !queue.waiting) return;
  event.preventDefault();
  changed();
  form.querySelector("[data-save-state]")?.scrollIntoView({ block: "center" });
});
// Enter in a field for a new item records the item, not the form.
form.addEventListener("scan:read", () => add("cartridges"));
form.addEventListener("keydown", (event) => {
  // What the scanner's own script has dealt with is done.
  if (event.defaultPrevented) return;
  const within = event.key === "Enter" && event.target instanceof HTMLInputElement ? event.target.closest("[data-new]") : null;
  if (within instanceof HTMLElement) add(within.dataset.new ?? "");
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
});
form.addEventListener("autosave:saved", refresh);
// Another tab or person may have written meanwhile.
document.addEventListener("visibilitychange", () => !document.hidden && refresh());

// A list cannot be an alert itself: it stands in one.
new MutationObserver(() => {
  for (const list of form.querySelectorAll("ul[role=alert]")) {
    const around = document.createElement("div");
    around.setAttribute("role", "alert");
    list.replaceWith(around);
    list.removeAttribute("role");
    around.append(list);
  }
}).observe(form, { childList: true, subtree: true });

restore();
tick();
setInterval(tick, 1000);
