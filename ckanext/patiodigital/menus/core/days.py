"""A school's days: what is planned on each, or why nothing is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median_low
from typing import TypeVar

import msgspec

from ckanext.patiodigital.menus.core.contracts import Day, DayStatus, Dish, Meal, Menu, PreviousDishes
from ckanext.patiodigital.menus.core.groups import MenuGroups, ServedMeals, code_prefix, serves_age
from ckanext.patiodigital.menus.core.history import earlier_versions
from ckanext.patiodigital.menus.core.queries import MenusQuery
from ckanext.patiodigital.menus.core.rows import Labels, MenuChange, MenuRow, SchoolRow
from ckanext.patiodigital.menus.core.school_days import SchoolCalendar

LEAD_WINDOW = dt.timedelta(weeks=8)
_NO_GROUP = ""

MealKey = tuple[str, str, str]
"""Age band, diet, meal."""
DayPlan = Mapping[MealKey, Meal]
"""What a menu group eats on a day, in the order in which it is shown."""
Plans = Mapping[tuple[dt.date, str], DayPlan]
"""By day and menu group."""
_Row = TypeVar("_Row", MenuRow, MenuChange)
_ByDay = defaultdict[tuple[dt.date, str], defaultdict[MealKey, list[_Row]]]


class Published(msgspec.Struct, frozen=True):
    """What is published for a request.

    Attributes:
        plans: of the school's groups and days; others are passed over.
        lead_days: by menu group, how many days ahead its menus are usually published (`median_lead`).
        source_last_seen: days whose source is down, with the instant at which it last answered.
    """

    plans: Plans
    lead_days: Mapping[str, int] = {}
    source_last_seen: Mapping[dt.date, dt.datetime] = {}


def assemble(rows: Iterable[MenuRow], changes: Iterable[MenuChange], labels: Labels, lang: str) -> Plans:
    """The plans that rows of ``menus`` and their change log make. They are the same for all schools of a group."""
    planned: _ByDay[MenuRow] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.status == "published":
            planned[row.date, row.menu_group][row.age_band, row.diet, row.meal].append(row)
    changed: _ByDay[MenuChange] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        changed[change.date, change.menu_group][change.age_band, change.diet, change.meal].append(change)

    def rank(key: MealKey) -> tuple[int, int, int, MealKey]:
        age_band, diet, meal = key
        order = labels.order
        return order("age_bands", age_band), order("diets", diet), order("meals", meal), key

    return {
        day: {
            key: _meal(key[2], labels.label("meals", key[2], lang), meals[key], changed[day][key])
            for key in sorted(meals, key=rank)
        }
        for day, meals in planned.items()
    }


def median_lead(publications: Iterable[tuple[dt.date, dt.date]], today: dt.date) -> int | None:
    """Days between publication and menu that are usual for a group.

    Args:
        publications: (menu's day, local day of its publication), one for each menu or each row.
        today: menus of the eight weeks up to it count.
    """
    leads = [(day - published).days for day, published in publications if today - LEAD_WINDOW < day <= today]
    return median_low(leads) if leads else None


class MenuBook:
    """Assembles days from the network's calendar, groups and meals; built once per data version."""

    def __init__(self, calendar: SchoolCalendar, groups: MenuGroups, meals: ServedMeals, labels: Labels) -> None:
        self.calendar = calendar
        self.groups = groups
        self._meals = meals
        self._labels = labels

    def days(self, school: SchoolRow, query: MenusQuery, published: Published, lang: str) -> list[Day]:
        """Each day of the query once, ascending.

        The query's age, meal and diet choose among a day's menus and leave its status alone: a day that has
        menus, but none of the chosen ones, has status ``menu`` and no menus.
        """
        days = []
        for date in _dates(query):
            group, served = self._planned(school, date, published)
            status, reason = self._status(school, date, group, planned=bool(served))
            lead = published.lead_days.get(group) if status == "unpublished" else None
            wanted = _wanted(served, query) if status == "menu" else {}
            days.append(
                Day(
                    date=date,
                    status=status,
                    reason=reason,
                    expected_on=None if lead is None else date - dt.timedelta(days=lead),
                    source_last_seen=published.source_last_seen.get(date),
                    menus=self._menus(wanted, lang),
                )
            )
        return days

    def called_off(
        self, school: SchoolRow, query: MenusQuery, published: Published, lang: str
    ) -> dict[dt.date, list[Menu]]:
        """What is planned for days of the query on which there are no lessons; `days` has it with no menus."""
        found = {}
        for date in _dates(query):
            group, served = self._planned(school, date, published)
            status, _ = self._status(school, date, group, planned=bool(served))
            if served and status != "menu":
                found[date] = self._menus(_wanted(served, query), lang)
        return found

    def _planned(self, school: SchoolRow, date: dt.date, published: Published) -> tuple[str, DayPlan]:
        """A day's menu group, and what of its plan the school serves."""
        group = self.groups.on(school.eol, date) or _NO_GROUP
        return group, self._served(school, date, published.plans.get((date, group), {}))

    def _status(self, school: SchoolRow, date: dt.date, group: str, *, planned: bool) -> tuple[DayStatus, str | None]:
        """Status and reason of a day.

        A day without lessons outweighs a known menu: plans are made for whole weeks, and nobody eats at a
        closed school. A plan for a Saturday of which the calendar says nothing is believed: make-up days show
        there first.
        """
        if school.status != "active":
            return "closed", None
        day = self.calendar.day(date, school)
        if day.kind in ("holiday", "recess", "closed"):
            return day.kind, day.name
        if planned:
            return "menu", None
        if day.kind == "weekend":
            return "weekend", None
        return ("unavailable" if group == _NO_GROUP else "unpublished"), None

    def _served(self, school: SchoolRow, date: dt.date, planned: DayPlan) -> DayPlan:
        """What is planned for the age bands and meals that the school serves."""
        served = self._meals.on(school, date)
        return {
            (age_band, diet, meal): dishes
            for (age_band, diet, meal), dishes in planned.items()
            if (served is None or code_prefix(meal) in served) and serves_age(school, age_band)
        }

    def _menus(self, wanted: DayPlan, lang: str) -> list[Menu]:
        label = self._labels.label
        return [
            Menu(
                age_band=age_band,
                age_label=label("age_bands", age_band, lang),
                diet=diet,
                diet_label=label("diets", diet, lang),
                meals=[wanted[key] for key in keys],
            )
            for (age_band, diet), keys in groupby(wanted, key=lambda key: key[:2])
        ]


def _dates(query: MenusQuery) -> Iterator[dt.date]:
    return (query.start + dt.timedelta(days=offset) for offset in range((query.end - query.start).days + 1))


def _wanted(served: DayPlan, query: MenusQuery) -> DayPlan:
    """What the query's age, meal and diet leave; meals are the same if their codes begin alike."""
    prefixes = frozenset(map(code_prefix, query.meals))
    return {
        (age_band, diet, meal): dishes
        for (age_band, diet, meal), dishes in served.items()
        if (not query.ages or age_band in query.ages)
        and (not query.diets or diet in query.diets)
        and (not prefixes or code_prefix(meal) in prefixes)
    }


def _meal(code: str, label: str, rows: Sequence[MenuRow], changes: Iterable[MenuChange]) -> Meal:
    dishes = _dishes(sorted(rows, key=lambda row: row.position))
    previous = list(_replaced(dishes, rows, changes))
    return Meal(code, label, previous[0].until if previous else None, previous, dishes)


def _replaced(dishes: list[Dish], rows: Sequence[MenuRow], changes: Iterable[MenuChange]) -> Iterator[PreviousDishes]:
    """Earlier dishes, newest first, without changes that nobody sees and the time before publication."""
    shown = dishes
    for until, earlier_rows in earlier_versions(rows, changes):
        earlier = _dishes([row for row in earlier_rows if row.status == "published"])
        if earlier and earlier != shown:
            yield PreviousDishes(until, earlier)
        shown = earlier or shown


def _dishes(rows: Iterable[MenuRow]) -> list[Dish]:
    return [Dish(row.dish, row.contains, row.may_contain, row.allergens, row.family_farming) for row in rows]
