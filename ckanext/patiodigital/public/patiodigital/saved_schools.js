/* Search over the list of schools that the worker keeps, for when nobody answers. Simpler than the portal's own: each
   word must begin a word of the school's name or neighbourhood, or its code. */

function folded(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/* {items: [{eol, name, neighbourhood}], total}, in order of name; `base` is the address of the menu pages. */
export async function find(base, q, most) {
  const answer = await fetch(`${base}/escolas.json`);
  const { schools } = await answer.json();
  const wanted = folded(q);
  const matching = schools.filter(([eol, name, neighbourhood]) => {
    const words = folded(`${eol} ${name} ${neighbourhood ?? ""}`);
    return wanted.every((start) => words.some((word) => word.startsWith(start)));
  });
  const items = matching.slice(0, most).map(([eol, name, neighbourhood]) => ({ eol, name, neighbourhood }));
  return { items, total: matching.length };
}
