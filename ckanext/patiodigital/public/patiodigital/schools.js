/* The family's schools: the list on the search page, the button that keeps one, and the age and meal chosen there. */

import { choiceAt, choose, forget, forgetEverything, keep, kept, letGo, schools, visited } from "./device.js";
import { filled } from "./words.js";

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
      status.textContent = keep({ eol, name, where, choice: choiceAt(eol) }) ? done : full;
    }
    show();
    tellWorker();
  });

  const choices = document.querySelectorAll("[data-choices] a");
  for (const link of choices) {
    const { search } = new URL(link.href);
    link.addEventListener("click", () => choose(eol, choiceIn(search, link.textContent.trim())));
  }
  stayWithChoice(choiceAt(eol), choices);
}

/* Of an address's query, what the family chose; null where it chose everything. */
function choiceIn(search, words) {
  const all = new URLSearchParams(search);
  const chosen = new URLSearchParams(["idade", "refeicao"].flatMap((name) => (all.has(name) ? [[name, all.get(name)]] : [])));
  return chosen.size ? { query: chosen.toString(), words } : null;
}

/* Came by an address without a choice, a family sees everything, is told which part is its own, and goes on to other
   days with its choice. The page itself is not filtered: it would jump under the eyes of who reads it. */
function stayWithChoice(choice, choices) {
  if (!choice || choiceIn(location.search)) {
    return;
  }
  for (const link of choices) {
    if (choiceIn(new URL(link.href).search)?.query === choice.query) {
      link.append(` ${link.closest("[data-choices]").dataset.choices}`);
    }
  }
  document.querySelectorAll(".period a").forEach((link) => add(link, choice.query));
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
