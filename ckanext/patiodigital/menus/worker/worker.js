/* The service worker of the menu pages. `CONFIG` is written above by menus/offline.py:

   scope     path of the pages that it serves, such as /en/cardapio
   version   names what is in `shell`
   shell     addresses that every page needs, and the page that stands in for one that isn't saved
   standIn   that page's address
   language  of the pages, as a tag
   note      what a saved page says of itself, with {when}

   It asks the network first, always. A saved page is shown where no answer comes, and says when it was saved.
   For each school that the family keeps, the pages of four weeks are saved: two back, this one, and the next. */

const { scope, version, shell, standIn, language, note } = CONFIG;
const SHELL = `patiodigital shell ${scope} ${version}`;
const PAGES = `patiodigital pages ${scope}`;
const LIST = `${scope}/escolas.json`;
const SAVED_AT = "Saved-At";

const PATIENCE = 4_000; // milliseconds for which the network may keep silent where there is a saved page
const DAY = 86_400_000;
const PAGE_AGE = DAY / 8; // after which a saved copy is asked for anew
const LIST_AGE = 7 * DAY;
const WEEKS = [-2, -1, 0, 1];
const MOST_SCHOOLS = 5;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => event.waitUntil(save(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (pathname === LIST || shell.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(pathname)));
  }
});

async function install() {
  const cache = await caches.open(SHELL);
  // Past the browser's own cache, which may hold the files of another release.
  await cache.addAll(shell.map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting(); // the network comes first, so no page depends on the worker that it began with
}

async function activate() {
  const names = await caches.keys();
  const isOld = (name) => name.startsWith(`patiodigital shell ${scope} `) && name !== SHELL;
  await Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable(); // the network is asked while the worker starts
}

async function page(event) {
  const network = answer(event).catch(() => null);
  const saved = await savedWeek(new URL(event.request.url));
  const fresh = await (saved ? Promise.race([network, silence()]) : network);
  if (fresh && (fresh.status < 500 || !saved)) {
    return fresh;
  }
  return saved ? labelled(saved) : caches.match(standIn);
}

async function answer(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}

function silence() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
}

/* The saved week of a school that an address asks for, or that holds the day which it asks for. Without either it is that
   of the next school day, as the portal itself would open: on a weekend the week to come, if it is saved. */
async function savedWeek({ pathname, searchParams }) {
  const eol = pathname.slice(scope.length + 1);
  if (!/^\d{1,6}$/.test(eol) || searchParams.has("mes")) {
    return null;
  }
  const cache = await caches.open(PAGES);
  for (const week of weeksOf(searchParams)) {
    const saved = await cache.match(pageOf(eol.padStart(6, "0"), week));
    if (saved) {
      return saved;
    }
  }
  return null;
}

/* The weeks of which one will do, the best first. */
function weeksOf(searchParams) {
  if (searchParams.has("semana")) {
    return [searchParams.get("semana")];
  }
  if (searchParams.has("data")) {
    const day = Date.parse(searchParams.get("data"));
    return Number.isNaN(day) ? [] : [weekOf(day)];
  }
  const now = today();
  return isWeekend(now) ? [weekOf(now + 7 * DAY), weekOf(now)] : [weekOf(now)];
}

async function labelled(saved) {
  const format = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
  const when = new Date(saved.headers.get(SAVED_AT)).toLocaleString(language, format);
  const label = `<p class="notice" data-saved>${note.replace("{when}", () => when)}</p>`;
  const html = (await saved.text()).replace(/<main\b[^>]*>/, (main) => main + label);
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/* Bring what is saved up to date with the schools that the family keeps. */
async function save({ schools, isSparing }) {
  const cache = await caches.open(PAGES);
  const weeks = WEEKS.map((distance) => weekOf(today() + distance * 7 * DAY));
  const pages = schools.slice(0, MOST_SCHOOLS).flatMap((eol) => weeks.map((week) => pageOf(eol, week)));
  const wanted = new Map(pages.map((address) => [address, PAGE_AGE]));
  if (schools.length) {
    wanted.set(LIST, LIST_AGE);
  }
  for (const request of await cache.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!wanted.has(pathname + search)) {
      await cache.delete(request);
    }
  }
  if (isSparing) {
    return;
  }
  for (const [address, age] of wanted) {
    await renew(cache, address, age);
  }
}

async function renew(cache, address, age) {
  const saved = await cache.match(address);
  if (saved && Date.now() - Date.parse(saved.headers.get(SAVED_AT)) < age) {
    return;
  }
  const fresh = await fetch(address).catch(() => null);
  if (fresh?.ok) {
    const headers = { "Content-Type": fresh.headers.get("Content-Type"), [SAVED_AT]: new Date().toISOString() };
    await cache.put(address, new Response(await fresh.blob(), { headers }));
  }
}

function pageOf(eol, week) {
  return `${scope}/${eol}?semana=${week}`;
}

/* The device's own day, which in the city is the portal's. Days are counted in UTC, where each has 24 hours. */
function today() {
  const now = new Date();
  return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
}

function isWeekend(day) {
  return [0, 6].includes(new Date(day).getUTCDay());
}

/* The ISO week of a day, such as 2026-W23: a week belongs to the year that its Thursday lies in. */
function weekOf(day) {
  const thursday = new Date(day + (3 - ((new Date(day).getUTCDay() + 6) % 7)) * DAY);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / DAY / 7) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}
