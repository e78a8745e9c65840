/* Served in place of the service worker where the portal has switched it off: it takes itself away with all that it
   saved. Browsers look for a new worker at each visit, so this reaches every device that comes back. */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("patiodigital ")).map((name) => caches.delete(name)));
  await self.registration.unregister();
}
