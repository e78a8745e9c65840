"""What is new in a school's menus: weeks that were published, meals that changed, and closings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import ckantoolkit as tk

from ckanext.patiodigital.menus.core.atom_feed import AtomEntry, AtomFeed, Paragraph
from ckanext.patiodigital.menus.core.contracts import Day, Meal, Menu
from ckanext.patiodigital.menus.core.occasions import served
from ckanext.patiodigital.menus.core.queries import SubscriptionQuery
from ckanext.patiodigital.menus.pages import day_in_words
from ckanext.patiodigital.menus.subscriptions import addresses, words
from ckanext.patiodigital.menus.subscriptions.followed import Followed

MAX_ENTRIES = 100


def news(followed: Followed, query: SubscriptionQuery) -> AtomFeed:
    """The feed of a choice of menus, the newest first."""
    school = followed.school
    # A week that shows other menus is another entry: readers drop a second one of the same name.
    choice = ";".join(",".join(sorted(codes)) or "all" for codes in (query.ages, query.meals, query.diets))
    name = f"tag:{addresses.host()},2026:menus/{school.eol}/{choice}"
    page = addresses.page(school)
    entries = [*_weeks(followed, name, page), *_changes(followed, name, page), *_closings(followed, name, page)]
    entries.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    return AtomFeed(
        id=name,
        title=tk._("Menu: {school}").format(school=school.name),
        author=tk.config["ckan.site_title"],
        url=page,
        source=addresses.own(school),
        lang=tk.h.unix_locale_to_bcp47(tk.h.lang()),
        updated=entries[0].updated if entries else followed.past.otherwise,
        entries=entries[:MAX_ENTRIES],
    )


def _weeks(followed: Followed, name: str, page: str) -> Iterator[AtomEntry]:
    for (year, week), days in groupby(followed.days, key=lambda day: day.date.isocalendar()[:2]):
        with_menu = [day for day in days if day.menus]
        if not with_menu:
            continue
        yield AtomEntry(
            id=f"{name}/{year}-W{week:02}",
            title=tk._("Menus from {first} to {last}").format(
                first=day_in_words(with_menu[0].date), last=day_in_words(with_menu[-1].date)
            ),
            url=f"{page}?semana={year}-W{week:02}",
            updated=max(occasion.modified for occasion in served(with_menu, followed.past, whole_days=True)),
            content=list(_week(with_menu)),
        )


def _week(days: list[Day]) -> Iterator[Paragraph]:
    meals = [(day, menu, meal) for day in days for menu in day.menus for meal in menu.meals]
    informed = any(dish.allergens == "informed" for _, _, meal in meals for dish in meal.dishes)
    for day, of_day in groupby(meals, key=itemgetter(0)):
        yield Paragraph(
            day_in_words(day.date), [_meal_line(menu, meal, tell_unknown=informed) for _, menu, meal in of_day]
        )
    if not informed:
        yield Paragraph(tk._("Allergens"), [words.not_informed()])


def _meal_line(menu: Menu, meal: Meal, *, tell_unknown: bool) -> str:
    whom = [menu.age_label, *([menu.diet_label] if menu.diet != "common" else [])]
    dishes = words.inline(meal.dishes, lambda dish: words.dish_notes(dish, tell_unknown=tell_unknown))
    return f"{' · '.join(whom)} · {meal.label}: {dishes}"


def _changes(followed: Followed, name: str, page: str) -> Iterator[AtomEntry]:
    for day in followed.days:
        for menu in day.menus:
            for meal in menu.meals:
                yield from _changes_of(day.date, menu, meal, name, page)


def _changes_of(date: dt.date, menu: Menu, meal: Meal, name: str, page: str) -> Iterator[AtomEntry]:
    now = meal.dishes
    for version in meal.previous:
        yield AtomEntry(
            id=f"{name}/{date}/{meal.meal}/{menu.age_band}/{menu.diet}/{version.until:%Y%m%dT%H%M%S.%fZ}",
            title=words.changed_title(date, menu, meal),
            url=f"{page}?data={date}",
            updated=version.until,
            content=[
                Paragraph(tk._("Now"), [words.inline(now)]),
                Paragraph(tk._("Before"), [words.inline(version.dishes)]),
            ],
        )
        now = version.dishes


def _closings(followed: Followed, name: str, page: str) -> Iterator[AtomEntry]:
    """Closings only: holidays and recess are known from the start of the year."""
    for day in followed.days_off:
        if day.status == "closed":
            text = Paragraph(day_in_words(day.first), words.day_off_text(day).split("\n"))
            yield AtomEntry(
                id=f"{name}/{day.first}/closed",
                title=words.day_off_title(day),
                url=f"{page}?data={day.first}",
                updated=day.modified,
                content=[text],
            )
    if followed.closed_on:
        date, known = followed.closed_on
        yield AtomEntry(
            id=f"{name}/no-longer-served",
            title=tk._("This school is no longer served"),
            url=page,
            updated=known,
            content=[
                Paragraph(day_in_words(date), [tk._("The department's menu system does not list it as open.")]),
            ],
        )
