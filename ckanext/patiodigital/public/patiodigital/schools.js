/* The family's schools: the list on the search page, the button that keeps one, and the age and meal chosen there. */

import { choiceAt, choose, forget, forgetEverything, keep, kept, letGo, schools, visited } from "./device.js";
import { filled } from "./words.js";

/* What of an address is the family's choice. */
const CHOSEN = ["idade", "refeicao"];

document.querySelectorAll("[data-keep]").forEach(onSchoolPage);
document.querySelectorAll("[data-schools]").forEach(list);
document.querySelectorAll("ol.results a").forEach(leadToChoice);

/* A school's page: `button` keeps the school and says which one it is. */
function onSchoolPage(button) {
  const { eol, name, where, kept: done, full } = button.dataset;
  const status = document.getElementById("device-status");
  const isKept = () => kept().some((school) => school.eol === eol);
  const show = () => button.setAttribute("aria-pressed", String(isKept()));
  visited({ eol, name, where });
  show();
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    if (isKept()) {
      letGo(eol);
      status.textContent = "";
    } else {
      status.textContent = keep({ eol, name, where, choice: choiceIn(location.search) ?? choiceAt(eol) }) ? done : full;
    }
    show();
    tellWorker();
  });

  for (const link of document.querySelectorAll("[data-choices] a")) {
    link.addEventListener("click", () => choose(eol, choiceIn(link.search)));
  }
  stayWithChoice(eol, isKept());
}

/* A family that came by an address without an age sees its own: the address then has all of its choice that the page
   offers, so that this happens once. A choice that came by an address is remembered where the school is kept. */
function stayWithChoice(eol, isKept) {
  const asked = new URLSearchParams(location.search);
  const chosen = new URLSearchParams(choiceAt(eol)?.query);
  const missing = offered(chosen).filter(([name]) => !asked.has(name));
  if (missing.length && !asked.has("idade")) {
    location.replace(`?${new URLSearchParams([...asked, ...missing])}${location.hash}`);
  } else if (isKept && offered(asked).some(([name, code]) => chosen.get(name) !== code)) {
    choose(eol, choiceIn(asked));
  }
}

/* Of a query, the age and meal that the page lets choose, as pairs. A school may serve others by now. */
function offered(query) {
  return CHOSEN.map((name) => [name, new URLSearchParams(query).get(name)]).filter((pair) => answer(...pair));
}

/* The link that chooses a code. */
function answer(name, code) {
  const links = [...document.querySelectorAll(`[data-choices="${name}"] a`)];
  return code && links.find((link) => new URLSearchParams(link.search).get(name) === code);
}

/* What a query of this school's pages chooses, in the words of the page; null where it is everything. */
function choiceIn(query) {
  const pairs = offered(query);
  const words = pairs.map((pair) => answer(...pair).textContent.trim()).join(" · ");
  return pairs.length ? { query: new URLSearchParams(pairs).toString(), words } : null;
}

/* A link of a result list goes to the age and meal that the family chose at that school. */
function leadToChoice(link) {
  const choice = choiceAt(link.pathname.split("/").at(-1));
  if (choice) {
    add(link, choice.query);
  }
}

function add(link, query) {
  link.search = new URLSearchParams([...new URLSearchParams(link.search), ...new URLSearchParams(query)]);
}

/* "Your schools", on pages that begin at no school. */
function list(section) {
  const rows = section.querySelector("ul");
  const template = section.querySelector("template");
  const status = document.getElementById("device-status");
  const { base, forgotten, forget: forgetOne } = section.dataset;

  function row({ eol, name, where, choice }) {
    const item = template.content.cloneNode(true).firstElementChild;
    const link = item.querySelector("a");
    link.textContent = name;
    link.href = `${base}/${eol}${choice ? `?${choice.query}` : ""}`;
    item.querySelector(".where").textContent = [where, choice?.words].filter(Boolean).join(" · ");
    const button = item.querySelector("button");
    button.setAttribute("aria-label", filled(forgetOne, { name }));
    button.addEventListener("click", () => {
      forget(eol);
      changed(filled(forgotten, { name }));
    });
    return item;
  }

  function show() {
    rows.replaceChildren(...schools().map(row));
    section.hidden = !rows.children.length;
  }

  function changed(words) {
    show();
    status.textContent = words;
    (section.hidden ? document.querySelector("main") : section.querySelector("h2")).focus();
    tellWorker();
  }

  section.querySelector("[data-forget-everything]").addEventListener("click", (event) => {
    forgetEverything();
    changed(event.currentTarget.dataset.forgetEverything);
  });
  show();
}

function tellWorker() {
  document.dispatchEvent(new CustomEvent("patiodigital:kept"));
}
