"""Menu documents, made when asked for: each depends on seed, slot, day, today and edits, and on nothing else.

Life of a menu: imported (PENDENTE), taken up by a nutritionist (SALVO), public (PUBLICADO) 7 to 14 days
before its day. One in 40 is changed two days before, after publication. One in 500 is never published: the
deliberate gap. One in 100 has a meal whose only dish is the placeholder `-` (B9). In one week of four,
grouping 4 writes joint documents for its direct and mixed kitchens.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from struct import unpack
from typing import NamedTuple

from simulator.chance import digest, draw, one_in
from simulator.dishes import CATALOGUE, courses
from simulator.plan import Group, Need, Plan, Slot, joint_plan, make_plan
from simulator.school_days import DAY, school_days, working_days
from simulator.services import HOLIDAY_UNIT
from simulator.vocabulary import FIRST_DAY, OUTSOURCED, SPECIAL_UNIT, Document

HORIZON = 45 * DAY
"""How far ahead of today menus have been imported."""
PUBLISHED, SAVED, PENDING = "PUBLICADO", "SALVO", "PENDENTE"
PLACEHOLDER = "-"

_JOINT_WEEKS, _NEVER_PUBLISHED, _CHANGED, _WITH_PLACEHOLDER = 4, 500, 40, 100
_WEEKDAYS = ("Seg", "Ter", "Qua", "Qui", "Sex")


class Search(NamedTuple):
    """What a route asks of the menu collection; None = anything.

    `first` and `last` are compared as text, as the source does. `grouping` is compared with its type: the
    number 1 finds nothing (B8).
    """

    statuses: frozenset[str] = frozenset({PUBLISHED})
    management: str | None = None
    school_type: str | None = None
    grouping: object = None
    age: str | None = None
    first: str | None = None
    last: str | None = None

    def takes(self, slot: Slot) -> bool:
        """True if the slot's own fields are the ones asked for."""
        management, school_type, grouping = slot.group
        return (
            self.management in {None, management}
            and self.school_type in {None, school_type}
            and self.grouping in {None, grouping}
            and self.age in {None, slot.age}
        )


class _Fate(NamedTuple):
    """What chance has in store for one document."""

    oid: str
    published_on: date
    never_published: bool
    changed_on: date | None
    placeholder: int | None
    time: str


class _Cooked(NamedTuple):
    """A meal as served, and the list it was imported with."""

    dishes: tuple[str, ...]
    ingredients: tuple[str, ...]


class Menus:
    """All menus of a department from its first day to 45 days after today.

    `plan` and `special_units` are read again at `forget()`; `today` is asked each time.
    """

    def __init__(
        self,
        seed: int,
        today: Callable[[], date],
        plan: Callable[[], Plan],
        special_units: Callable[[], Iterable[Document]],
    ) -> None:
        self._seed = seed
        self._today = today
        self._read_plan = plan
        self._read_units = special_units
        self._edited: dict[tuple[Slot, date], Document | None] = {}
        self._revisions: list[tuple[date, date, date]] = []
        self._calendar = lru_cache(maxsize=2)(self._make_calendar)
        self._plan_of = lru_cache(maxsize=512)(self._make_plan_of)
        self._matching = lru_cache(maxsize=4096)(self._match)
        self._published_on = lru_cache(maxsize=4096)(self._week_published_on)
        self._cooked = lru_cache(maxsize=4096)(self._cook)
        self.forget()

    def forget(self) -> None:
        """Take up changed schools, contracts, special units and edits."""
        self._plan = self._read_plan()
        self._joint_plan = joint_plan(self._plan)
        self._units = tuple(self._read_units())
        self._calendar.cache_clear()
        self._plan_of.cache_clear()
        self._matching.cache_clear()

    def find(self, search: Search, *, skip: int = 0, limit: int | None = None) -> list[Document]:
        """Menus, newest day first, those of one day in the order of the plan."""
        today = self._today()
        texts, days = self._calendar(today + HORIZON)
        low = bisect_left(texts, search.first) if search.first is not None else 0
        high = bisect_right(texts, search.last) if search.last is not None else len(texts)
        kind = search._replace(first=None, last=None)
        found: list[Document] = []
        for day in reversed(days[low:high]):
            slots = self._matching(kind, day, today)
            end = len(slots) if limit is None else skip + limit - len(found)
            found += [self._document(slot, day, today) for slot in slots[skip:end]]
            skip = max(0, skip - len(slots))
            if limit is not None and len(found) >= limit:
                break
        return found

    def document(self, slot: Slot, day: date) -> Document:
        """One menu, whatever its status. ValueError if there is no such menu."""
        if slot not in self._plan_of(day):
            raise ValueError(f"no menu for {slot} on {day}: /editor/cardapios tells which there are")
        return self._document(slot, day, self._today())

    def put(self, slot: Slot, day: date, document: Document | None) -> None:
        """Set another document in a menu's place; None removes it. ValueError if there is no such menu."""
        self.document(slot, day)
        self._edited[slot, day] = document

    def revise(self, first: date, last: date) -> None:
        """Give all menus of these days (inclusive) other dishes, published today where they are public."""
        self._revisions.append((first, last, self._today()))

    def _make_calendar(self, end: date) -> tuple[list[str], list[date]]:
        """All days with menus, as the source writes them and as dates, ascending."""
        years = range(int(FIRST_DAY[:4]), end.year + 1)
        days = [day for year in years for day in working_days(year) if day <= end and self._plan_of(day)]
        texts = [f"{day:%Y%m%d}" for day in days]
        start = bisect_left(texts, FIRST_DAY)
        return texts[start:], days[start:]

    def _make_plan_of(self, day: date) -> Plan:
        text = f"{day:%Y%m%d}"
        units = sorted({unit["nome"] for unit in self._units if unit["data_inicio"] <= text <= unit["data_fim"]})
        of_units = make_plan(Need(Group(SPECIAL_UNIT, name, SPECIAL_UNIT), HOLIDAY_UNIT) for name in units)
        if day not in school_days(day.year):
            return of_units
        year, week, _ = day.isocalendar()
        of_schools = self._joint_plan if one_in(_JOINT_WEEKS, self._seed, "joint", year, week) else self._plan
        return {**of_schools, **of_units} if of_units else of_schools

    def _match(self, search: Search, day: date, today: date) -> tuple[Slot, ...]:
        return tuple(
            slot
            for slot in self._plan_of(day)
            if search.takes(slot) and self._status(slot, day, today) in search.statuses
        )

    def _fate(self, slot: Slot, day: date) -> _Fate:
        chance = digest(self._seed, "menu", *slot.group, slot.age, day, size=28)
        never, changed, placeholder, seconds = unpack(">4I", chance[:16])
        return _Fate(
            oid=chance[16:].hex(),
            published_on=self._published_on(slot.group, day - day.weekday() * DAY),
            never_published=never % _NEVER_PUBLISHED == 0,
            changed_on=day - 2 * DAY if changed % _CHANGED == 0 else None,
            placeholder=placeholder if placeholder % _WITH_PLACEHOLDER == 0 else None,
            time=f"{11 + seconds % 9:02}:{seconds % 59:02}:{seconds % 53:02}.{seconds % 997:03}Z",
        )

    def _week_published_on(self, group: Group, monday: date) -> date:
        """A group's menus become public a week at a time."""
        return monday - (7 + draw(4, self._seed, "lead", *group, monday)) * DAY

    def _status(self, slot: Slot, day: date, today: date) -> str | None:
        """None for a menu that was removed."""
        if (slot, day) in self._edited:
            document = self._edited[slot, day]
            return None if document is None else str(document["status"])
        return _status_on(today, self._fate(slot, day))

    def _document(self, slot: Slot, day: date, today: date) -> Document:
        edited = self._edited.get((slot, day))
        return edited or self._make_document(slot, day, today)

    def _make_document(self, slot: Slot, day: date, today: date) -> Document:
        (management, school_type, grouping), age = slot
        fate = self._fate(slot, day)
        status = _status_on(today, fate)
        written_on = fate.published_on
        revised_on = [on for first, last, on in self._revisions if first <= day <= last]
        if fate.changed_on is not None and today >= fate.changed_on:
            revised_on.append(fate.changed_on)
        if status == PUBLISHED:
            written_on = max([written_on, *revised_on])
        else:
            written_on -= 14 * DAY
        edition = len(revised_on)
        meals = self._plan_of(day)[slot]
        cooked = {meal: self._cooked(slot.group, day, meal, courses(age, meal), edition) for meal in meals}
        menu = {meal: list(served.dishes) for meal, served in cooked.items()}
        if fate.placeholder is not None:
            menu[meals[fate.placeholder // _WITH_PLACEHOLDER % len(meals)]] = [PLACEHOLDER]
        document = {
            "_id": {"$oid": fate.oid},
            "tipo_unidade": school_type,
            "tipo_atendimento": management,
            "data_publicacao": f"{written_on}T{fate.time}",
            "data": f"{day:%Y%m%d}",
            "idade": age,
            "cardapio": menu,
            "status": status,
            "agrupamento": grouping,
            "cardapio_original": {meal: list(served.ingredients) for meal, served in cooked.items()},
        }
        if management == OUTSOURCED:
            document["dia_semana"] = _WEEKDAYS[day.weekday()]
        return document

    def _cook(self, group: Group, day: date, meal: str, served: tuple[str, ...], edition: int) -> _Cooked:
        """What a group's kitchen makes of these courses; one meal in eight goes without the last one."""
        chance = digest(self._seed, "dishes", *group, day, meal, edition, size=16)
        catalogue = CATALOGUE[group.management == OUTSOURCED]
        if len(served) > 2 and chance[15] < 32:
            served = served[:-1]
        dishes = [catalogue[course][chance[n] % len(catalogue[course])] for n, course in enumerate(served)]
        ingredients = dict.fromkeys(item for dish in dishes for item in dish.ingredients)
        return _Cooked(tuple(dish.name for dish in dishes), tuple(ingredients))


def _status_on(today: date, fate: _Fate) -> str:
    if today < fate.published_on:
        return SAVED if today >= fate.published_on - 7 * DAY else PENDING
    return SAVED if fate.never_published else PUBLISHED
