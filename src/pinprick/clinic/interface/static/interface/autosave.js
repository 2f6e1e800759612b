// @ts-check
/**
 * Saves a form as it is typed. `<form data-autosave="/address/" data-version="7">`, with `{% save_state %}` inside; the
 * server's half and the contract between them stand in `interface/autosave.py`. A button `data-save-now` saves its own
 * name and value at once. The form says `autosave:saved` (detail: the answer) after each save.
 */

import { Queue } from "./queue.js";
import { showConflict, showErrors, clearErrors } from "./conflict.js";

const PAUSE_MS = 700;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

/** @param {HTMLFormElement} form */
export function values(form) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const control of form.elements) {
    const name = control.getAttribute("name");
    if (name && !skipped(control)) found[name] ??= [];
  }
  for (const [name, value] of new FormData(form)) if (typeof value === "string") found[name]?.push(value);
  return found;
}

/** @param {Element} control */
function skipped(control) {
  return control.matches("[type=hidden]:not([data-save]), [type=file], button, [name^=csrf], [data-no-save]");
}

/**
 * Put values into a form without saying that somebody typed them.
 * @param {HTMLFormElement} form
 * @param {Record<string, string | string[]>} given
 */
export function fill(form, given) {
  for (const control of form.elements) {
    const value = given[control.getAttribute("name") ?? ""];
    if (value === undefined || skipped(control)) continue;
    const list = Array.isArray(value) ? value : [value];
    if (control instanceof HTMLInputElement && /checkbox|radio/.test(control.type)) control.checked = list.includes(control.value);
    else if (control instanceof HTMLSelectElement) for (const option of control.options) option.selected = list.includes(option.value);
    else if ("value" in control) /** @type {HTMLInputElement} */ (control).value = list[0] ?? "";
    control.dispatchEvent(new CustomEvent("autosave:filled", { bubbles: true }));
  }
}

/** @param {string[]} one @param {string[]} other */
const same = (one, other) => one.length === other.length && one.every((value, index) => value === other[index]);

export class Autosave {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.queue = new Queue(form.dataset.autosave ?? form.action);
    this.version = form.dataset.version ? Number(form.dataset.version) : null;
    this.known = values(form);
    this.timer = 0;
    this.retry = 0;
    this.tries = 0;
    form.addEventListener("input", () => this.later(PAUSE_MS));
    form.addEventListener("change", () => this.later(50));
    form.addEventListener("submit", (event) => this.finish(event));
    form.addEventListener("click", (event) => this.pressed(event));
    addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden && this.leave());
    addEventListener("pagehide", () => { this.collect(); this.queue.hand(); });
    addEventListener("pageshow", (event) => event.persisted && this.send());
    this.restore();
  }

  /** What was typed before the page was lost comes back into the form and is sent. */
  restore() {
    const { saves } = this.queue.read();
    for (const save of saves) {
      fill(this.form, save.fields);
      Object.assign(this.known, save.fields);
    }
    if (saves.length) this.send();
  }

  /** @param {number} pause */
  later(pause) {
    this.state("typing");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.collect(); this.send(); }, pause);
  }

  /** What was typed is sent at once where somebody turns to another page. */
  leave() {
    if (!this.timer) return;
    this.collect();
    this.send();
  }

  /** Put what changed since last time at the end of the queue. */
  collect() {
    clearTimeout(this.timer);
    this.timer = 0;
    const now = values(this.form);
    const changed = Object.entries(now).filter(([name, list]) => !same(list, this.known[name] ?? []));
    if (changed.length) this.add(Object.fromEntries(changed));
  }

  /** @param {Record<string, string[]>} fields */
  add(fields) {
    const before = Object.fromEntries(Object.keys(fields).map((name) => [name, this.known[name] ?? []]));
    this.queue.add(fields, before, this.version);
    Object.assign(this.known, fields);
  }

  async send() {
    clearTimeout(this.retry);
    if (!this.queue.waiting) return this.rest();
    this.state("saving");
    const ended = await this.queue.drain((save, answer) => this.settled(save, answer));
    if (ended === "offline") {
      this.state("offline");
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.send(), RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)]);
    } else if (ended === "sent") {
      this.tries = 0;
      this.rest();
    }
  }

  /** Nothing waits: say how the form stands, unless something typed meanwhile is about to be sent. */
  rest() {
    if (this.timer) return;
    this.state(this.form.querySelector(".conflict") ? "conflict" : this.form.querySelector("[aria-invalid=true]") ? "error" : "saved");
  }

  /**
   * @param {import("./queue.js").Save} save
   * @param {import("./queue.js").Answer} answer
   */
  settled(save, answer) {
    if (answer.status === 401) return this.locked(answer.body.confirm);
    if (answer.status === 200) this.kept(save, answer.body);
    else if (answer.status === 422) this.refused(save, answer.body.errors);
    else this.clash(save, answer.body);
    return true;
  }

  /** @param {string} address */
  locked(address) {
    this.state("locked");
    const link = this.form.querySelector("[data-save-state] a");
    if (link instanceof HTMLAnchorElement) link.href = address.replace(/([?&]next=)[^&]*/, `$1${encodeURIComponent(location.pathname)}`);
    return false;
  }

  /** @param {import("./queue.js").Save} save @param {import("./queue.js").Kept} body */
  kept(save, body) {
    this.version = body.version;
    this.form.dataset.version = String(body.version);
    clearErrors(this.form, Object.keys(save.fields));
    this.queue.settle(save.key, body.version);
    this.take(body.values ?? {});
    this.form.dispatchEvent(new CustomEvent("autosave:saved", { detail: body, bubbles: true }));
  }

  /**
   * Show values of the server where nobody has typed over them since.
   * @param {Record<string, string | string[]>} given
   */
  take(given) {
    const now = values(this.form);
    for (const [name, value] of Object.entries(given)) {
      const list = Array.isArray(value) ? value : [value];
      const shown = now[name];
      if (shown && same(shown, this.known[name] ?? [])) {
        fill(this.form, { [name]: list });
        this.known[name] = list;
      }
    }
  }

  /** @param {import("./queue.js").Save} save @param {Record<string, string[]>} errors */
  refused(save, errors) {
    const sound = Object.keys(save.fields).filter((name) => !(name in errors));
    showErrors(this.form, errors);
    // Of a form that is wrong as a whole nothing is sent again by itself.
    const again = sound.length && !("" in errors) ? [this.part(save, sound, save.version)] : [];
    this.queue.settle(save.key, this.queue.read().acked, again);
  }

  /** @param {import("./queue.js").Save} save @param {import("./queue.js").Newer} body */
  clash(save, body) {
    /** @type {Record<string, string[]>} */
    const theirs = {};
    for (const [name, value] of Object.entries(body.fields)) theirs[name] = Array.isArray(value) ? value.map(String) : [String(value ?? "")];
    const held = (/** @type {string} */ name) => name in theirs && !same(clean(theirs[name]), clean(save.before[name])) && !same(clean(theirs[name]), clean(save.fields[name]));
    const free = Object.keys(save.fields).filter((name) => !held(name));
    this.version = body.version;
    this.queue.settle(save.key, body.version, free.length ? [this.part(save, free, body.version)] : []);
    for (const [name, mine] of Object.entries(save.fields)) {
      const stored = theirs[name];
      if (!stored || !held(name)) continue;
      this.known[name] = stored;
      showConflict(this.form, name, { mine, theirs: stored, who: body.who ?? "" }, (value) => {
        fill(this.form, { [name]: value });
        this.collect();
        this.send();
      });
    }
    this.take(Object.fromEntries(Object.entries(theirs).filter(([name]) => !(name in save.fields))));
  }

  /** @param {import("./queue.js").Save} save @param {string[]} names @param {number | null} version */
  part(save, names, version) {
    const pick = (/** @type {Record<string, string[]>} */ from) => Object.fromEntries(names.map((name) => [name, from[name] ?? []]));
    return { key: crypto.randomUUID(), version, fields: pick(save.fields), before: pick(save.before) };
  }

  /** @param {MouseEvent} event */
  pressed(event) {
    const button = event.target instanceof Element ? event.target.closest("button[data-save-now]") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    this.collect();
    this.add({ [button.name]: [button.value] });
    delete this.known[button.name];
    this.send();
  }

  /**
   * The last button waits until everything typed has arrived, then posts the form as ever.
   * @param {SubmitEvent} event
   */
  async finish(event) {
    const button = event.submitter;
    this.collect();
    if (!this.queue.waiting || (button instanceof HTMLButtonElement && button.formNoValidate && button.dataset.discard)) return;
    event.preventDefault();
    await this.send();
    if (!this.queue.waiting && !this.form.querySelector(".conflict")) this.form.requestSubmit(button);
  }

  /** @param {string} name */
  state(name) {
    for (const shown of this.form.querySelectorAll("[data-save-state]")) {
      if (!(shown instanceof HTMLElement) || shown.dataset.state === name) continue;
      shown.dataset.state = name;
      const text = shown.querySelector("span");
      if (text) text.textContent = shown.dataset[name] ?? "";
      const link = shown.querySelector("a");
      if (link) link.hidden = name !== "locked";
    }
  }
}

/** @param {string[] | undefined} list an emptied field and one that never had a value are the same. */
function clean(list) {
  return (list ?? []).filter((value) => value !== "");
}

/** @param {ParentNode} root */
function start(root) {
  for (const form of root.querySelectorAll("form[data-autosave]:not([data-autosaving])")) {
    form.setAttribute("data-autosaving", "");
    new Autosave(/** @type {HTMLFormElement} */ (form));
  }
}
document.addEventListener("htmx:load", (event) => event.target instanceof Element && start(event.target.parentElement ?? document));
start(document);
