// @ts-check
/**
 * Saves waiting for the server, kept in the browser until it has answered: in order, each once.
 *
 * A save has a key made when it was typed; sent again after a lost answer it carries the same key, and the server does
 * it once. Several tabs on one record send in turn, under a lock of the browser.
 */

/**
 * @typedef {object} Save
 * @property {string} key UUID of this save
 * @property {number | null} version version of the record when it was typed
 * @property {Record<string, string[]>} fields what was typed, by field
 * @property {Record<string, string[]>} before what stood there before
 */
/** @typedef {{ acked: number | null, saves: Save[], whose?: string }} Waiting */
/**
 * What the server answers; the contract stands in `interface/autosave.py`.
 * @typedef {string | string[]} Value
 * @typedef {{ version: number, values?: Record<string, Value> }} Kept
 * @typedef {{ version: number, fields: Record<string, Value | null>, who?: string }} Newer
 * @typedef {{ errors: Record<string, string[]> }} Refused
 * @typedef {{ confirm: string }} Locked
 * @typedef {{ status: 200, body: Kept } | { status: 401, body: Locked } | { status: 409, body: Newer } | { status: 422, body: Refused }} Answer
 */

/** What every queue is filed under, before its address. */
export const PREFIX = "pinprick.saves:";

export class Queue {
  /** @param {string} address where saves go; also what the queue is filed under. */
  constructor(address) {
    this.address = address;
    this.name = `${PREFIX}${address}`;
  }

  /** @returns {Waiting} */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "") ?? { acked: null, saves: [] };
    } catch {
      return { acked: null, saves: [] };
    }
  }

  /** @param {Waiting} kept */
  write(kept) {
    if (kept.saves.length) localStorage.setItem(this.name, JSON.stringify({ ...kept, whose: document.body.dataset.member }));
    else localStorage.removeItem(this.name);
  }

  /** @returns {boolean} whether anything waits. */
  get waiting() {
    return this.read().saves.length > 0;
  }

  /**
   * Put a save at the end.
   * @param {Record<string, string[]>} fields
   * @param {Record<string, string[]>} before
   * @param {number | null} version
   */
  add(fields, before, version) {
    const kept = this.read();
    if (!kept.saves.length) kept.acked = version;
    kept.saves.push({ key: crypto.randomUUID(), version, fields, before });
    this.write(kept);
  }

  /**
   * Replace the first save by another, or take it away; the version is the one the server has told last.
   * @param {string} key of the save that was answered
   * @param {number | null} version
   * @param {Save[]} instead
   */
  settle(key, version, instead = []) {
    const kept = this.read();
    if (kept.saves[0]?.key === key) kept.saves.splice(0, 1, ...instead);
    kept.acked = version;
    this.write(kept);
  }

  /** Send the first save while the page goes. Nobody hears the answer: it stays, and goes again under its key. */
  hand() {
    const { acked, saves } = this.read();
    if (saves[0]) post(this.address, saves[0], acked ?? saves[0].version);
  }

  /**
   * Send what waits, one after the other, for as long as the server answers.
   * @param {(save: Save, answer: Answer) => boolean} settled deals with an answer; false stops the sending
   * @returns {Promise<"sent" | "offline" | "stopped">}
   */
  async drain(settled) {
    const send = async () => {
      for (;;) {
        const kept = this.read();
        const save = kept.saves[0];
        if (!save) return "sent";
        const answer = await post(this.address, save, kept.acked ?? save.version);
        if (!answer) return "offline";
        if (!settled(save, answer)) return "stopped";
      }
    };
    return navigator.locks ? navigator.locks.request(this.name, send) : send();
  }
}

/**
 * @param {string} address
 * @param {Save} save
 * @param {number | null} version
 * @returns {Promise<Answer | null>} null where the network or the server failed
 */
async function post(address, save, version) {
  const body = new URLSearchParams();
  for (const [name, values] of Object.entries(save.fields)) {
    body.append("_changed", name);
    for (const value of values) body.append(name, value);
  }
  const headers = {
    "Idempotency-Key": save.key,
    "If-Match": version === null ? "" : `"${version}"`,
    "X-CSRFToken": token(),
    Accept: "application/json",
  };
  try {
    const answer = await fetch(address, { method: "POST", body, headers, keepalive: true, redirect: "error" });
    const { status } = answer;
    if (status !== 200 && status !== 401 && status !== 409 && status !== 422) return null;
    return { status, body: await answer.json() };
  } catch {
    return null;
  }
}

/** @returns {string} the token that proves that a request comes from our own page; the cookie's is the newest. */
export function token() {
  const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  return cookie?.[1] ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}
