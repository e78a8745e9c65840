"""What subscriptions say: titles short enough for a calendar's square, and texts that stand alone.

No word here depends on the day of reading, such as "today": an event that says the same must be the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import ckantoolkit as tk
from babel.dates import format_datetime, format_skeleton

from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus.core.contracts import Dish, Meal, Menu
from ckanext.patiodigital.menus.core.occasions import DayOff, Occasion
from ckanext.patiodigital.menus.core.plain_text import one_line, shortened
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.wording import readable_dish
from ckanext.patiodigital.menus.pages import allergen_names, day_in_words, lang

#: Characters of a title, of a dish in a list, and of a whole text.
_TITLE, _DISH, _TEXT = 120, 200, 3_000
#: Dishes of a meal that a text lists, and earlier versions of it.
_DISHES, _VERSIONS = 30, 3


def title(occasion: Occasion, *, tell_age: bool) -> str:
    """``Almoço: arroz, feijão, frango``. ``tell_age``: the subscription shows more than one age band."""
    menu = occasion.menu
    whom = [menu.age_label] if tell_age else []
    whom += [menu.diet_label] if menu.diet != "common" else []
    words = " · ".join([*whom, *(f"{meal.label}: {inline(meal.dishes)}" for meal in menu.meals)])
    if occasion.called_off:
        words = tk._("Cancelled: {what}").format(what=words)
    return shortened(one_line(words), _TITLE)


def text(occasion: Occasion, school: SchoolRow) -> str:
    """Everything known of the meals, as lines of plain text."""
    menu = occasion.menu
    informed = any(dish.allergens == "informed" for meal in menu.meals for dish in meal.dishes)
    lines = [" · ".join([menu.age_label, *([menu.diet_label] if menu.diet != "common" else [])])]
    for meal in menu.meals:
        lines += ["", meal.label, *_meal(meal, tell_unknown=informed)]
    before = [tk._("There are no meals at this school on this day.")] if occasion.called_off else []
    # Beside what may be cut: a text that is too long must not lose its warning.
    after = [] if informed else [" ".join([not_informed(), *school.phones])]
    return "\n\n".join([*before, shortened("\n".join(lines), _TEXT), *after])


def dish_notes(dish: Dish, *, tell_unknown: bool = True) -> list[str]:
    """What is stated of a dish. ``tell_unknown``: also that its allergens are not informed."""
    notes = []
    if dish.contains:
        notes.append(tk._("contains {allergens}").format(allergens=allergen_names(dish.contains)))
    if dish.may_contain:
        notes.append(tk._("may contain {allergens}").format(allergens=allergen_names(dish.may_contain)))
    if dish.allergens == "not_informed" and tell_unknown:
        notes.append(tk._("allergens not informed"))
    if dish.family_farming:
        notes.append(tk._("family farming"))
    return notes


def changed_title(date: dt.date, menu: Menu, meal: Meal) -> str:
    """``terça-feira, 2 de junho: Almoço mudou (4 a 6 anos)``."""
    return str(
        tk._("{day}: {meal} changed ({age})").format(day=day_in_words(date), meal=meal.label, age=menu.age_label)
    )


def day_off_title(day: DayOff) -> str:
    """``Sem aula: Consciência Negra``."""
    if day.status == "closed":
        return shortened(tk._("School closed: {reason}").format(reason=day.reason or tk._("not stated")), _TITLE)
    unnamed = tk._("holiday") if day.status == "holiday" else tk._("school recess")
    return shortened(tk._("No lessons: {name}").format(name=day.reason or unnamed), _TITLE)


def day_off_text(day: DayOff) -> str:
    """From when to when, and that nobody eats then."""
    lines = [tk._("There are no meals at this school on this day.")]
    if day.first != day.last:
        first, last = day_in_words(day.first), day_in_words(day.last)
        lines = [
            tk._("There are no meals at this school."),
            tk._("From {first} to {last}.").format(first=first, last=last),
        ]
    return "\n".join(lines)


def inline(dishes: Sequence[Dish], notes: Callable[[Dish], Sequence[str]] = lambda _dish: ()) -> str:
    """Dishes in one line: ``arroz, feijão, frango``; ``…`` where there are too many. ``notes``: what to add of each."""
    shown = [_within_a_sentence(_dish(dish)) + _in_brackets(notes(dish)) for dish in dishes[:_DISHES]]
    return ", ".join([*shown, *(["…"] if len(dishes) > _DISHES else [])])


def when(instant: dt.datetime) -> str:
    """``24 de novembro de 2026, 05:02``, in the portal's zone."""
    local = instant.astimezone(base_config.zone())
    day = format_skeleton("yMMMMd", local.date(), locale=lang())
    return str(tk._("{day} at {time}").format(day=day, time=format_datetime(local, "HH:mm", locale=lang())))


def _meal(meal: Meal, *, tell_unknown: bool) -> Iterator[str]:
    """A line a dish, with what is known of it, and a line for each time that the meal was changed."""
    for dish in meal.dishes[:_DISHES]:
        notes = dish_notes(dish, tell_unknown=tell_unknown)
        yield f"- {_dish(dish)}{_in_brackets(notes)}"
    left = len(meal.dishes) - _DISHES
    if left > 0:
        yield tk.ungettext("and {count} more dish", "and {count} more dishes", left).format(count=left)
    for version in meal.previous[:_VERSIONS]:
        yield f"{tk._('Changed {when}. Before:').format(when=when(version.until))} {inline(version.dishes)}"


def _in_brackets(notes: Sequence[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def not_informed() -> str:
    """Where the source states no allergen of any dish."""
    return str(tk._("Allergens: not informed by the department. In case of an allergy, speak with the school."))


def _dish(dish: Dish) -> str:
    return shortened(readable_dish(one_line(dish.name)), _DISH)


def _within_a_sentence(dish: str) -> str:
    """A dish that begins with a capital only because it begins; ``NAN`` and ``M&M`` keep theirs."""
    return dish[:1].lower() + dish[1:] if dish[1:2].islower() else dish
