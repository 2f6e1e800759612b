// @ts-check
/** The signature waits until everything typed on this device has been sent. */

import { Queue } from "../interface/queue.js";

const form = document.querySelector("form[data-waits-for]");
const notice = document.getElementById("unsent");

/** Show whether something waits, and hold the button back while it does. */
function look() {
  const waiting = form instanceof HTMLFormElement && new Queue(form.dataset.waitsFor ?? "").waiting;
  if (notice) notice.hidden = !waiting;
  return waiting;
}

form?.addEventListener("submit", (event) => look() && event.preventDefault());
look();
