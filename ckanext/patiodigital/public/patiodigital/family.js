/* What scripts add to family pages, which do all of it, or lead to it, without them. A part is loaded where the
   element that it works on stands. Words come from the page, in its language: no script holds any. */

const PARTS = [
  ["form[data-suggest]", "./combobox.js"],
  ["[data-near]", "./near.js"],
  ["[data-keep], [data-schools], ol.results", "./schools.js"],
  ["[data-allergens], [data-allergen-choice]", "./allergies.js"],
  ["[data-share], [data-print]", "./share.js"],
  ["script[data-worker], [data-offline-results]", "./offline.js"],
];

for (const [selector, part] of PARTS) {
  if (document.querySelector(selector)) {
    import(part);
  }
}
