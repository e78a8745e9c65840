"""What a school's day, week and month have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import ckantoolkit as tk

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.contracts import Day, Menu
from ckanext.patiodigital.menus.core.groups import code_prefix
from ckanext.patiodigital.menus.core.periods import Period, View, around, containing
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.pages.words import (
    day_in_words,
    days_in_figures,
    instant_in_words,
    lang,
    month_in_words,
    short_day,
    where,
)

#: The address of a school's page, with the query given.
SchoolUrl = Callable[..., str]
#: What of an address says which period is meant.
PERIOD_PARAMS: dict[View, str] = {"day": "data", "week": "semana", "month": "mes"}
_ONE_DAY = dt.timedelta(days=1)
#: A school with more meals a day than this lets the reader choose one.
_MANY_MEALS = 3


@dataclass(frozen=True)
class Asked:
    """What an address asks for beside its period. Each link from page to page keeps it."""

    ages: frozenset[str] = frozenset()
    meals: frozenset[str] = frozenset()
    diets: frozenset[str] = frozenset()
    version: dt.datetime | None = None

    @classmethod
    def of(cls, query: MenusQuery) -> Asked:
        return cls(query.ages, query.meals, query.diets, query.version)

    def params(self) -> dict[str, str]:
        """As an address has it."""
        chosen = {"idade": self.ages, "refeicao": self.meals, "dieta": self.diets}
        params = {name: ",".join(sorted(codes)) for name, codes in chosen.items() if codes}
        return params | ({"versao": instant_param(self.version)} if self.version else {})

    def of_menus(self, menus: Iterable[Menu]) -> list[Menu]:
        """The menus and meals that are asked for."""
        prefixes = frozenset(map(code_prefix, self.meals))
        chosen = []
        for menu in menus:
            if (self.ages and menu.age_band not in self.ages) or (self.diets and menu.diet not in self.diets):
                continue
            meals = [meal for meal in menu.meals if not prefixes or code_prefix(meal.meal) in prefixes]
            if meals:
                chosen.append(Menu(menu.age_band, menu.age_label, menu.diet, menu.diet_label, meals))
        return chosen


def instant_param(instant: dt.datetime) -> str:
    """An instant as an address has it."""
    return instant.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Addresses:
    """Addresses of a school's other pages, which keep what was asked for."""

    url: SchoolUrl
    asked: Asked

    def of(self, period: Period, **changes: str | None) -> str:
        """A page of the same school; ``changes`` to what was asked for, None to drop a choice."""
        params = {**self.asked.params(), **changes, PERIOD_PARAMS[period.view]: period.code}
        return self.url(**{name: value for name, value in params.items() if value is not None})

    def before(self, period: Period, until: dt.datetime) -> str:
        """The page as it was published until an instant."""
        return self.of(period, versao=instant_param(until - dt.timedelta(microseconds=1)))


@dataclass(frozen=True)
class Choice:
    """A question with its answers, each ``(words, address, chosen)``. The first answer is all of them.

    ``param`` is the address's parameter; ``chosen`` has the words for its codes, and is blank where it has none.
    """

    label: str
    param: str
    chosen: str
    answers: list[tuple[str, str, bool]]

    def of_one(self, words: str) -> Choice:
        """The same choice where the page is for one of the answers, and never for all of them."""
        answers = [(each, url, each == words) for each, url, _ in self.answers[1:]]
        return Choice(self.label, self.param, words, answers)


@dataclass(frozen=True, kw_only=True)
class SchoolPage:
    """The head and the foot of a school's page; ``tabs`` are ``(words, address, current)``."""

    school: SchoolRow
    where: str
    period: Period
    title: str
    tabs: list[tuple[str, str, bool]]
    previous: tuple[str, str] | None
    following: tuple[str, str] | None
    ages: Choice | None
    narrower: list[Choice]
    everything: str
    version: str
    newest: str
    allergens_informed: bool
    checked: str
    loaded: str
    addresses: Addresses

    @property
    def choices(self) -> list[Choice]:
        """All that the reader can choose."""
        return [*([self.ages] if self.ages else []), *self.narrower]

    @property
    def week(self) -> str:
        """The week in which the period begins, as an address has it."""
        return containing("week", self.period.start).code


def school_page(
    lookup: service.Lookup, school: SchoolRow, period: Period, title: str, days: Sequence[Day], addresses: Addresses
) -> dict[str, object]:
    """The fields of :class:`SchoolPage` for the days of a period, with all their menus."""
    today = service.local_now().date()
    asked = addresses.asked
    menus = [menu for day in days for menu in day.menus]
    before, after = around(period, today)
    return {
        "school": school,
        "where": where(school),
        "period": period,
        "title": title,
        "tabs": _tabs(period, today, addresses),
        "previous": (_name(before), addresses.of(before)) if before else None,
        "following": (_name(after), addresses.of(after)) if after else None,
        "ages": _ages(menus, period, addresses),
        "narrower": [
            choice for choice in (_meals(menus, period, addresses), _diets(menus, period, addresses)) if choice
        ],
        "everything": addresses.of(period, idade=None, refeicao=None, dieta=None),
        "version": instant_in_words(asked.version) if asked.version else "",
        "newest": addresses.of(period, versao=None),
        "allergens_informed": all(
            dish.allergens == "informed"
            for menu in asked.of_menus(menus)
            for meal in menu.meals
            for dish in meal.dishes
        ),
        "checked": instant_in_words(lookup.last_seen) if lookup.last_seen else "",
        "loaded": instant_in_words(lookup.loaded_at),
        "addresses": addresses,
    }


def _tabs(period: Period, today: dt.date, addresses: Addresses) -> list[tuple[str, str, bool]]:
    # A week or month seen from its own day is that of today, where today lies in it.
    day = today if period.start <= today <= period.end else period.start
    named = [
        (tk._("Today"), containing("day", today)),
        (tk._("Tomorrow"), containing("day", today + _ONE_DAY)),
        (tk._("Week"), containing("week", day)),
        (tk._("Month"), containing("month", day)),
    ]
    return [(words, addresses.of(each), each == period) for words, each in named]


def _name(period: Period) -> str:
    if period.view == "day":
        return short_day(period.start)
    if period.view == "week":
        return days_in_figures(period.start, period.end)
    return month_in_words(period.start)


def _ages(menus: list[Menu], period: Period, addresses: Addresses) -> Choice | None:
    return _choice("age_bands", {menu.age_band for menu in menus}, period, addresses)


def _meals(menus: list[Menu], period: Period, addresses: Addresses) -> Choice | None:
    codes = {meal.meal for menu in menus for meal in menu.meals}
    if len(codes) <= _MANY_MEALS and not addresses.asked.meals:
        return None
    return _choice("meals", codes, period, addresses)


def _diets(menus: list[Menu], period: Period, addresses: Addresses) -> Choice | None:
    return _choice("diets", {menu.diet for menu in menus}, period, addresses)


def _choice(scheme: str, codes: set[str], period: Period, addresses: Addresses) -> Choice | None:
    """The choice among the codes of a scheme; None where there is nothing to choose."""
    if len(codes) < 2:
        return None
    asked = addresses.asked
    label, every, param, chosen = {
        "age_bands": (tk._("Age"), tk._("All menus"), "idade", asked.ages),
        "meals": (tk._("Meal"), tk._("All meals"), "refeicao", asked.meals),
        "diets": (tk._("Diet"), tk._("All diets"), "dieta", asked.diets),
    }[scheme]
    words = {
        code: LABELS.label(scheme, code, lang())
        for code in sorted(codes | chosen, key=lambda code: (LABELS.order(scheme, code), code))
    }
    answers = [(words[code], addresses.of(period, **{param: code}), code in chosen) for code in words if code in codes]
    everything = (every, addresses.of(period, **{param: None}), not chosen)
    return Choice(label, param, ", ".join(words[code] for code in words if code in chosen), [everything, *answers])


def day_title(day: dt.date, today: dt.date) -> str:
    """``Hoje, terça-feira, 24 de novembro``."""
    words = day_in_words(day)
    if day == today:
        return str(tk._("Today, {day}").format(day=words))
    if day == today + _ONE_DAY:
        return str(tk._("Tomorrow, {day}").format(day=words))
    return words[:1].upper() + words[1:]
