// @ts-check
/** The plain submit of a draft speaks of the version that was last kept as it was typed. */
document.addEventListener("autosave:saved", (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const field = form?.elements.namedItem("version");
  if (field instanceof HTMLInputElement && event instanceof CustomEvent) field.value = String(event.detail.version);
});
