"""What the family pages say: days in words, and a sentence for each reason that a day has no menu."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ckantoolkit as tk
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal

from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day, Menu
from ckanext.patiodigital.menus.core.groups import code_prefix
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.core.school_days import Opening
from ckanext.patiodigital.menus.labels import LABELS

_ONE_DAY = dt.timedelta(days=1)
#: The address of a school's page, with the query given.
SchoolUrl = Callable[..., str]


def lang() -> str:
    return str(tk.h.lang())


#: A day with its weekday and without its year. Babel's own patterns have it only in short.
_DAY_PATTERNS = {"pt": "EEEE, d 'de' MMMM", "es": "EEEE, d 'de' MMMM"}


def day_in_words(day: dt.date) -> str:
    """``terça-feira, 24 de novembro``."""
    return str(format_date(day, _DAY_PATTERNS.get(lang()[:2], "EEEE, d MMMM"), locale=lang()))


def short_day(day: dt.date) -> str:
    """``ter. 24``, for links to the day before and after."""
    return str(format_date(day, "EEE d", locale=lang()))


def instant_in_words(instant: dt.datetime) -> str:
    """``hoje, 05:02`` or ``24 de novembro, 05:02``, in the portal's zone."""
    local = instant.astimezone(base_config.zone())
    clock = format_datetime(local, "HH:mm", locale=lang())
    if local.date() == service.local_now().date():
        return str(tk._("today at {time}").format(time=clock))
    return str(tk._("{day} at {time}").format(day=format_skeleton("MMMMd", local.date(), locale=lang()), time=clock))


def allergen_names(codes: Sequence[str]) -> str:
    """``leite, soja``."""
    return ", ".join(LABELS.label("allergens", code, lang()).lower() for code in codes)


@dataclass(frozen=True)
class Message:
    """Why a day has no menu: a heading, and what it means for the reader."""

    title: str
    text: str


def message(day: Day, school: SchoolRow, lookup: service.Lookup) -> Message | None:
    """The words for a day without a menu; None for one that has one."""
    if day.status == "menu":
        return None
    if day.status in ("weekend", "holiday", "recess"):
        return _no_lessons(day, school, lookup)
    if day.status == "closed":
        return _closed(day, school)
    if day.status == "unpublished" and day.date < service.local_now().date():
        return Message(
            tk._("No menu was published for this day"), tk._("Ask the school if you need to know what was served.")
        )
    if day.status == "unpublished":
        return Message(tk._("The menu of this day is not published yet"), _expected(day))
    return Message(
        tk._("No menu is planned for this school on this day"),
        tk._("The department's system names no menu plan for it. Ask the school: it knows what is served."),
    )


def _no_lessons(day: Day, school: SchoolRow, lookup: service.Lookup) -> Message:
    no_meals = tk._("There are no meals at this school on this day.")
    if day.status == "weekend":
        return Message(tk._("No lessons: weekend"), no_meals)
    if day.status == "holiday":
        return Message(tk._("No lessons: holiday ({name})").format(name=day.reason or ""), no_meals)
    first, last = lookup.book.calendar.break_around(day.date, school)
    return Message(
        tk._("No lessons: {name}").format(name=day.reason or tk._("school recess")),
        tk._("From {first} to {last}.").format(first=day_in_words(first), last=day_in_words(last)),
    )


def _closed(day: Day, school: SchoolRow) -> Message:
    if school.status != "active":
        return Message(
            tk._("This school is no longer served"),
            tk._("The department's menu system does not list it as open."),
        )
    return Message(
        tk._("The school is closed"), tk._("Reason: {reason}").format(reason=day.reason or tk._("not stated"))
    )


def _expected(day: Day) -> str:
    if day.expected_on is None:
        return str(tk._("When it will be is not known."))
    if day.expected_on > service.local_now().date():
        return str(tk._("It usually appears on {day}.").format(day=day_in_words(day.expected_on)))
    return str(
        tk._("It usually appears by {day}: it is late, or there are no meals.").format(
            day=day_in_words(day.expected_on)
        )
    )


@dataclass(frozen=True)
class DayPage:
    """Everything on a school's page for one day."""

    school: SchoolRow
    where: str
    day: Day
    title: str
    opening_note: str
    message: Message | None
    menus: list[Menu]
    bands: list[tuple[str, str, bool]]
    whole_day: str
    previous: tuple[str, str] | None
    following: tuple[str, str] | None
    tabs: list[tuple[str, str, bool]]
    next_school_day: tuple[str, str] | None
    allergens_informed: bool
    source_note: str
    checked: str
    loaded: str


def day_page(
    lookup: service.Lookup, school: SchoolRow, day: dt.date | None, filters: dict[str, frozenset[str]], url: SchoolUrl
) -> DayPage:
    """The page of ``day``, or of the day on which the page opens. ``filters``: ages, meals, diets."""
    opening = lookup.opening(school)
    shown = day or opening.date
    query = MenusQuery(start=shown, end=shown)
    (all_day,) = lookup.days(school, query, lang())
    chosen = _filtered(all_day.menus, filters)
    today = service.local_now().date()
    after = lookup.book.calendar.next_school_day(shown, school) if school.status == "active" else None
    return DayPage(
        school=school,
        where=_where(school),
        day=all_day,
        title=_title(shown, today),
        opening_note="" if day else _opening_note(opening, today),
        message=message(all_day, school, lookup),
        menus=chosen,
        bands=_bands(all_day.menus, filters["ages"], shown, url),
        whole_day=url(data=shown.isoformat()),
        previous=(short_day(shown - _ONE_DAY), url(data=(shown - _ONE_DAY).isoformat())),
        following=(short_day(shown + _ONE_DAY), url(data=(shown + _ONE_DAY).isoformat())),
        tabs=[
            (tk._("Today"), url(data=today.isoformat()), shown == today),
            (tk._("Tomorrow"), url(data=(today + _ONE_DAY).isoformat()), shown == today + _ONE_DAY),
        ],
        next_school_day=(day_in_words(after), url(data=after.isoformat())) if after else None,
        allergens_informed=all(
            dish.allergens == "informed" for menu in chosen for meal in menu.meals for dish in meal.dishes
        ),
        source_note=_source_note(all_day),
        checked=instant_in_words(lookup.last_seen) if lookup.last_seen else "",
        loaded=instant_in_words(lookup.loaded_at),
    )


def _title(shown: dt.date, today: dt.date) -> str:
    words = day_in_words(shown)
    if shown == today:
        return str(tk._("Today, {day}").format(day=words))
    if shown == today + _ONE_DAY:
        return str(tk._("Tomorrow, {day}").format(day=words))
    return words[:1].upper() + words[1:]


def _opening_note(opening: Opening, today: dt.date) -> str:
    """One line on why the page does not open on today."""
    if opening.date == today:
        return ""
    if opening.meals_over:
        return str(tk._("Today's meals are over. This is the next school day."))
    return str(tk._("Today there are no lessons. This is the next school day."))


def _where(school: SchoolRow) -> str:
    """The neighbourhood, the regional board, and the code that tells schools of one name apart."""
    parts = [
        school.neighbourhood,
        LABELS.label("dres", school.dre, lang()) if school.dre else None,
        tk._("EOL code {eol}").format(eol=school.eol),
    ]
    return " · ".join(filter(None, parts))


def _filtered(menus: list[Menu], filters: dict[str, frozenset[str]]) -> list[Menu]:
    """The menus and meals that the address asks for."""
    prefixes = frozenset(map(code_prefix, filters["meals"]))
    chosen = []
    for menu in menus:
        if filters["ages"] and menu.age_band not in filters["ages"]:
            continue
        if filters["diets"] and menu.diet not in filters["diets"]:
            continue
        meals = [meal for meal in menu.meals if not prefixes or code_prefix(meal.meal) in prefixes]
        if meals:
            chosen.append(Menu(menu.age_band, menu.age_label, menu.diet, menu.diet_label, meals))
    return chosen


def _bands(menus: list[Menu], ages: frozenset[str], shown: dt.date, url: SchoolUrl) -> list[tuple[str, str, bool]]:
    """``(label, address, chosen)`` of each age band of the day, where there is more than one."""
    bands = dict.fromkeys((menu.age_band, menu.age_label) for menu in menus)
    if len(bands) < 2:
        return []
    every = (str(tk._("All ages")), url(data=shown.isoformat()), not ages)
    return [every, *((label, url(data=shown.isoformat(), idade=code), code in ages) for code, label in bands)]


def _source_note(day: Day) -> str:
    if day.source_last_seen is None:
        return ""
    return str(
        tk._("The department's system does not answer. This is what it said last, {when}.").format(
            when=instant_in_words(day.source_last_seen)
        )
    )


@dataclass(frozen=True)
class FoundSchool:
    """A school in a list."""

    name: str
    where: str
    url: str
    distance: str


def found_school(school: SchoolRow, distance_m: int | None, url: str) -> FoundSchool:
    """One line of a result list."""
    kind = LABELS.label("school_types", school.school_type, lang())
    return FoundSchool(school.name, f"{kind} · {_where(school)}", url, _distance(distance_m))


def _distance(metres: int | None) -> str:
    if metres is None:
        return ""
    if metres < 1000:
        return str(tk._("{metres} m away").format(metres=metres // 10 * 10))
    kilometres = format_decimal(metres / 1000, format="0.0", locale=lang())
    return str(tk._("{kilometres} km away").format(kilometres=kilometres))
