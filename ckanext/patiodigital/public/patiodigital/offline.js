/* Menus without a connection, for families that keep a school or have put the pages on their home screen: nobody else
   gets a service worker. What is kept, and how, is the worker's. */

import { kept } from "./device.js";

const MOST_LISTED = 30;

document.querySelectorAll("script[data-worker]").forEach(({ dataset: { worker } }) => {
  if (navigator.serviceWorker) {
    tell(worker);
    document.addEventListener("patiodigital:kept", () => tell(worker));
  }
});
document.querySelectorAll("[data-offline-results]").forEach(results);

async function tell(worker) {
  const scope = worker.replace(/\/[^/]+$/, "");
  const schools = kept().map(({ eol }) => eol);
  const isInstalled = matchMedia("(display-mode: standalone)").matches;
  if (schools.length || isInstalled) {
    await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  } else if (!(await navigator.serviceWorker.getRegistration(scope))) {
    return;
  }
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ schools, isSparing: Boolean(navigator.connection?.saveData) });
}

/* The page that stands in for one that isn't saved: what was searched for is looked up in the saved list. */
async function results(section) {
  const { offlineResults: base } = section.dataset;
  const q = new URLSearchParams(location.search).get("q")?.trim();
  document.querySelector("[data-not-saved]").hidden = location.pathname === new URL(base, location).pathname;
  if (!q) {
    return;
  }
  document.querySelector("form[role=search]").elements.q.value = q;
  const { find } = await import("./saved_schools.js");
  const found = await find(base, q, MOST_LISTED).catch(() => null);
  section.querySelector(found?.total ? "[data-found]" : found ? "[data-none]" : "[data-no-list]").hidden = false;
  const template = section.querySelector("template");
  section.querySelector("ol").append(
    ...(found?.items ?? []).map(({ eol, name, neighbourhood }) => {
      const item = template.content.cloneNode(true);
      const link = item.querySelector("a");
      link.href = `${base}/${eol}`;
      link.textContent = name;
      item.querySelector(".where").textContent = [neighbourhood, eol].filter(Boolean).join(" · ");
      return item;
    }),
  );
}
