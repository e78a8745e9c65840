/* What this device remembers for the family. It stays in the browser's own storage and is never sent.

   A school is {eol, name, where, choice}; `choice` is {query, words}: the age and meal that the family chose there,
   as they stand in an address and as the page calls them, or null. */

const KEY = "patiodigital";
const EMPTY = { kept: [], last: null, allergens: [] };
export const MOST_KEPT = 5;

function read() {
  try {
    return { ...EMPTY, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return EMPTY; // storage is switched off, or full of something else
  }
}

function write(change) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...read(), ...change }));
    return true;
  } catch {
    return false;
  }
}

/* The schools that the family keeps, and the one seen last. */
export function schools() {
  const { kept, last } = read();
  return last && !kept.some((school) => school.eol === last.eol) ? [...kept, last] : kept;
}

export function kept() {
  return read().kept;
}

/* A school's page was opened: what the school is called may have changed since. */
export function visited(school) {
  const known = schools().find(({ eol }) => eol === school.eol);
  const last = { ...school, choice: known?.choice ?? null };
  write({ last, kept: kept().map((other) => (other.eol === last.eol ? last : other)) });
}

/* Whether there was room for one more, and storage that takes it. */
export function keep(school) {
  return kept().length < MOST_KEPT && write({ kept: [...kept(), school] });
}

export function letGo(eol) {
  write({ kept: kept().filter((school) => school.eol !== eol) });
}

export function forget(eol) {
  const { last } = read();
  letGo(eol);
  if (last?.eol === eol) {
    write({ last: null });
  }
}

export function forgetEverything() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There is no storage, so there is nothing in it.
  }
}

export function choiceAt(eol) {
  return schools().find((school) => school.eol === eol)?.choice ?? null;
}

export function choose(eol, choice) {
  const chosen = (school) => (school?.eol === eol ? { ...school, choice } : school);
  write({ kept: kept().map(chosen), last: chosen(read().last) });
}

export function allergens() {
  return read().allergens;
}

export function setAllergens(codes) {
  return write({ allergens: codes });
}
