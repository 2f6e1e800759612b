// @ts-check
/**
 * Shows the page "No connection" where a page cannot be reached. It keeps that page and its styles, fetched without
 * credentials, and nothing else: no page about a person is ever kept here.
 */

const CACHE = "pinprick-offline-1";
const PAGE = "/interface/offline";
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => event.waitUntil(fill()));
worker.addEventListener("activate", (event) => event.waitUntil(tidy()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(PAGE)));
  else if (address.pathname.startsWith("/static/interface/")) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

/** @param {RequestInfo} wanted */
async function kept(wanted) {
  return (await caches.match(wanted)) ?? Response.error();
}

async function fill() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  const parts = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/interface\/[^"]+)"/g)].map(([, address = ""]) => address);
  await cache.put(PAGE, page);
  await cache.addAll([...new Set(parts)]);
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}
