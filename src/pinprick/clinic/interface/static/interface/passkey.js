// @ts-check
/** Says in words when a passkey was cancelled or could not be used; the library alone would say it to the console. */

import { toast } from "./toast.js";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.querySelector("[data-passkey-failed]");
  toast({ text: words instanceof HTMLElement ? (words.dataset.passkeyFailed ?? "") : "", kind: "bad" });
});
