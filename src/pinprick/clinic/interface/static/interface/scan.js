// @ts-check
/**
 * Reads the code of a package: by the camera where the browser has a barcode detector, by a scanner that types like a
 * keyboard (wherever the focus is), or by hand. The field then holds the code and says `scan:read` (detail: the code).
 */

const FORMATS = ["data_matrix", "code_128", "ean_13", "qr_code"];
const FAST_MS = 100;
const SEPARATOR = "\u001d";

/**
 * Not yet among the types of the language, and not in every browser.
 * @typedef {new (options: { formats: string[] }) => { detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]> }} BarcodeDetector
 */
const Detector = /** @type {Window & { BarcodeDetector?: BarcodeDetector }} */ (window).BarcodeDetector;

class Scan {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.input = /** @type {HTMLInputElement} */ (root.querySelector("input"));
    this.view = /** @type {HTMLElement} */ (root.querySelector("[data-scan-view]"));
    this.video = /** @type {HTMLVideoElement} */ (root.querySelector("video"));
    this.said = /** @type {HTMLElement} */ (root.querySelector("[data-scan-said]"));
    const button = /** @type {HTMLElement} */ (root.querySelector("[data-scan-camera]"));
    button.hidden = !(Detector && navigator.mediaDevices);
    button.addEventListener("click", () => this.look());
    root.querySelector("[data-scan-stop]")?.addEventListener("click", () => this.stop());
    this.input.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey && event.key === "]") {
      // The separator between two elements of a code, as scanners type it.
      event.preventDefault();
      this.input.setRangeText(SEPARATOR, this.input.selectionStart ?? 0, this.input.selectionEnd ?? 0, "end");
    } else if (event.key === "Enter" && this.input.value) {
      event.preventDefault();
      this.found(this.input.value);
    }
  }

  /** @param {string} code */
  found(code) {
    this.input.value = code;
    this.said.textContent = this.said.dataset.found ?? "";
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.dispatchEvent(new CustomEvent("scan:read", { detail: code, bubbles: true }));
  }

  async look() {
    try {
      this.video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      this.view.hidden = false;
      this.said.textContent = this.said.dataset.looking ?? "";
      await this.video.play();
      const detector = Detector && new Detector({ formats: FORMATS });
      while (detector && this.video.srcObject) {
        const [code] = await detector.detect(this.video);
        if (code) {
          this.stop();
          return this.found(code.rawValue);
        }
        await new Promise((later) => setTimeout(later, 120));
      }
    } catch {
      this.stop();
      this.said.textContent = this.said.dataset.refused ?? "";
    }
  }

  stop() {
    const stream = this.video.srcObject;
    if (stream instanceof MediaStream) stream.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
    this.view.hidden = true;
  }
}

/** @type {Scan[]} */
const fields = [];
let typed = "";
let last = 0;

// A scanner types faster than any hand; what it types outside a field belongs to the first field for codes.
document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (target instanceof HTMLElement && /^(input|select|textarea)$/i.test(target.tagName)) return;
  typed = event.timeStamp - last < FAST_MS ? typed : "";
  last = event.timeStamp;
  if (event.ctrlKey && event.key === "]") typed += SEPARATOR;
  else if (event.key.length === 1) typed += event.key;
  else if (event.key === "Enter" && typed.length > 5) {
    event.preventDefault();
    fields.find((field) => field.input.isConnected && !field.input.disabled)?.found(typed);
    typed = "";
  }
});

/** @param {ParentNode} root */
function start(root) {
  for (const box of root.querySelectorAll("[data-scan]:not([data-ready])")) {
    box.setAttribute("data-ready", "");
    fields.push(new Scan(/** @type {HTMLElement} */ (box)));
  }
}
document.addEventListener("htmx:load", (event) => event.target instanceof Element && start(event.target.parentElement ?? document));
start(document);
