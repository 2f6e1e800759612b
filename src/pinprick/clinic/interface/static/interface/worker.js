// @ts-check
/**
 * Shows the page "No connection" where a page cannot be reached. It keeps that page and its styles, fetched without
 * credentials, and nothing else: no page about a person is ever kept here.
 */

const CACHE = "pinprick-offline-1";
const PAGE = "/interface/offline";
const worker = /** @type {any} */ (self);

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(fill()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(tidy()));

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (address.pathname.startsWith("/static/interface/")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});

async function fill() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
  const parts = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/interface\/[^"]+)"/g)].map((found) => found[1]);
  await cache.put(PAGE, page);
  await cache.addAll([...new Set(parts)]);
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}
