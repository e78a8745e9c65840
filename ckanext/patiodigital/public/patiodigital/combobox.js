/* Schools as you type: the editable combobox with a listbox of the ARIA Authoring Practices, around the search form.
   Enter without a choice sends the form, as it does without scripts. */

import { choiceAt } from "./device.js";
import { filled } from "./words.js";

const PAUSE = 150; // milliseconds without a key, after which it is worth asking
const SHORTEST = 2; // characters that say something
const MOST = 8; // schools offered

document.querySelectorAll("form[data-suggest]").forEach(enhance);

function enhance(form) {
  const input = form.elements.q;
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  let active = null;
  let timer = 0;
  let asking = new AbortController();

  input.type = "text"; // ARIA in HTML lets a search field have no other role
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }

  function activate(option) {
    active?.setAttribute("aria-selected", "false");
    active = option;
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    activate(null);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    status.textContent = "";
  }

  function show(found) {
    activate(null);
    list.replaceChildren(...found.items.map((school, index) => optionOf(school, `${list.id}-${index}`)));
    list.hidden = !found.items.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    const { none, one, many } = status.dataset;
    const words = [none, one][found.total] ?? many;
    status.textContent = filled(words, { count: found.total, shown: found.items.length });
  }

  function optionOf({ eol, name, neighbourhood, dre_label: dre }, id) {
    const option = document.createElement("li");
    option.id = id;
    option.dataset.eol = eol;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const where = document.createElement("span");
    where.className = "where";
    where.textContent = [neighbourhood, dre && `DRE ${dre}`, filled(list.dataset.code, { eol })]
      .filter(Boolean)
      .join(" · ");
    option.append(name, where);
    return option;
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const q = input.value.trim();
    if (q.length < SHORTEST) {
      close();
      return;
    }
    const found = await search(q, signal);
    if (found && !signal.aborted) {
      show(found);
    }
  }

  /* What was found, or nothing where the question can't be answered: the form still can. */
  async function search(q, signal) {
    try {
      const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ q, limit: MOST })}`, { signal });
      return answer.ok ? await answer.json() : null;
    } catch {
      if (signal.aborted) {
        return null;
      }
      const { find } = await import("./saved_schools.js");
      return find(form.action, q, MOST).catch(() => null);
    }
  }

  function open(option) {
    const { eol } = option.dataset;
    const query = choiceAt(eol)?.query;
    location.assign(`${form.action}/${eol}${query ? `?${query}` : ""}`);
  }

  function move(forward) {
    const options = [...list.children];
    const next = active ? options.indexOf(active) + (forward ? 1 : -1) : forward ? 0 : -1;
    activate(options.at(next % options.length));
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" && !isOpen) {
      ask();
    } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      move(event.key === "ArrowDown");
    } else if (isOpen && event.key === "Escape") {
      close();
    } else if (isOpen && event.key === "Enter" && active) {
      open(active);
    } else {
      return;
    }
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => open(event.target.closest("[role=option]")));

  if (document.activeElement === input) {
    ask(); // for what was typed while this was on its way
  }
}
