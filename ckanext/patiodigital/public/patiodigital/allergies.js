/* The family's allergies: ticked on a page of their own, kept on this device, and said beside the dishes that the
   department names them for. What the department does not inform, the profile can't judge, and says so. */

import { allergens, setAllergens } from "./device.js";
import { filled } from "./words.js";

document.querySelectorAll("[data-allergen-choice]").forEach(choosing);
document.querySelectorAll("[data-allergens]").forEach(marking);

/* The page on which a family ticks: there is no form, so nothing could be sent. */
function choosing(fieldset) {
  const boxes = [...fieldset.querySelectorAll("input")];
  const status = document.getElementById("device-status");
  const profile = new Set(allergens());
  for (const box of boxes) {
    box.checked = profile.has(box.value);
  }
  fieldset.disabled = false;
  fieldset.addEventListener("change", () => {
    const codes = boxes.filter((box) => box.checked).map((box) => box.value);
    status.textContent = setAllergens(codes) ? status.dataset.saved : status.dataset.notSaved;
  });
}

/* A page of menus: `section` holds the words, and what the profile says of the whole page. */
function marking(section) {
  const profile = allergens();
  if (!profile.length) {
    return;
  }
  const names = JSON.parse(section.dataset.allergens);
  const words = section.dataset;
  const spoken = (codes) => codes.map((code) => names[code].toLowerCase()).join(", ");
  const dishes = document.querySelectorAll("[data-dish]");

  for (const dish of dishes) {
    for (const [found, sentence] of [
      [dish.dataset.contains, words.contains],
      [dish.dataset.mayContain, words.mayContain],
    ]) {
      const meant = (found ?? "").split(" ").filter((code) => profile.includes(code));
      if (meant.length) {
        const mark = document.createElement("strong");
        mark.className = "tag family-mark";
        mark.textContent = filled(sentence, { allergens: spoken(meant) });
        dish.append(" ", mark);
      }
    }
  }
  const unknown = [...dishes].some((dish) => dish.dataset.dish !== "informed");
  const note = section.querySelector("p");
  note.prepend(`${filled(unknown ? words.unknown : words.known, { allergens: spoken(profile) })} `);
  section.hidden = !dishes.length;
}
