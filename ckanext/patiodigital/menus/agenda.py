"""``/cardapio/{eol}/agenda``: the address of a school's calendar, made by choices, and ways to subscribe to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import ckantoolkit as tk
from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ckanext.patiodigital.menus import pages, service, views
from ckanext.patiodigital.menus.core.queries import (
    BadQueryError,
    MenusQuery,
    SubscriptionQuery,
    normalise_eol,
    parse_subscription_query,
)
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.menus.place import public_place
from ckanext.patiodigital.menus.subscriptions.followed import DAYS_AHEAD, DAYS_BACK
from ckanext.patiodigital.menus.widget import Choice

#: The parameters of the page, and what the API calls them.
PARAMS = {"idade": "age", "refeicao": "meal", "dieta": "diet", "agrupar": "group"}
#: What an event is, in the page's address and in the API's.
_GROUPS = {"refeicao": "meal", "dia": "day"}


@dataclass(frozen=True)
class Subscribing:
    """The addresses of one calendar: for any program, for this device's own, and for two that have a page for it."""

    address: str
    webcal: str
    google: str
    outlook: str
    atom: str


@views.menus.get("/cardapio/<eol>/agenda")
def agenda(eol: str) -> AnyResponse:
    """The calendar's address for the age, meal and kind of event that the form chose."""
    place = public_place()
    code = normalise_eol(eol)
    school = place.lookup.schools.get(code) if code else None
    if school is None:
        return views.no_school(place)
    given = {name: value for name in PARAMS if (value := request.args.get(name, "").strip())}
    if eol != school.eol:
        return redirect(tk.url_for("patiodigital_menus.agenda", eol=school.eol, **given), 301)
    query, fault = SubscriptionQuery(), ""
    try:
        query = _query(given)
    except BadQueryError as error:
        names = {api: name for name, api in PARAMS.items()}
        wrong = ", ".join(sorted({names[each.param] for each in error.faults}))
        fault = tk._("Part of the address can't be used: {wrong}.").format(wrong=wrong)
    choices = _choices(place.lookup, school, query)
    return place.render(
        "menus/agenda.html",
        400 if fault else 200,
        school=school,
        school_url=place.school_url(school.eol),
        fault=fault,
        choices=choices,
        crowded=not query.ages and any(choice.name == "idade" for choice in choices),
        subscribing=_subscribing(school, query),
        days_back=DAYS_BACK,
        days_ahead=DAYS_AHEAD,
    )


def _query(given: Mapping[str, str]) -> SubscriptionQuery:
    """What the page's address asks for, in one value each; :class:`BadQueryError` with the API's names."""
    args = {PARAMS[name]: [value] for name, value in given.items()}
    if "group" in args:
        args["group"] = [_GROUPS.get(given["agrupar"], given["agrupar"])]
    return parse_subscription_query(args, LABELS, grouped=True)


def _subscribing(school: SchoolRow, query: SubscriptionQuery) -> Subscribing:
    chosen = {"age": query.ages, "meal": query.meals, "diet": query.diets}
    choice = {name: ",".join(sorted(codes)) for name, codes in chosen.items() if codes}
    address = _api_url("menus_calendar", school, choice | ({"group": "day"} if query.group == "day" else {}))
    webcal = "webcal:" + address.partition(":")[2]
    name = tk._("Menu: {school}").format(school=school.name)
    return Subscribing(
        address=address,
        webcal=webcal,
        google=f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{urlencode({'url': address, 'name': name})}",
        atom=_api_url("menus_atom", school, choice),
    )


def _api_url(endpoint: str, school: SchoolRow, choice: Mapping[str, str]) -> str:
    return str(tk.url_for(f"patiodigital_menus_api.{endpoint}", eol=school.eol, qualified=True, **choice))


def _choices(lookup: service.Lookup, school: SchoolRow, query: SubscriptionQuery) -> list[Choice]:
    """The fields of the form; those with one answer only are left out."""
    today = service.local_now().date()
    window = MenusQuery(start=today - dt.timedelta(days=DAYS_BACK), end=today + dt.timedelta(days=DAYS_AHEAD))
    menus = [menu for day in lookup.days(school, window, pages.lang()) for menu in day.menus]
    meals = (meal.meal for menu in menus for meal in menu.meals)
    fields = [
        _codes("idade", tk._("Age"), tk._("All ages"), "age_bands", (menu.age_band for menu in menus), query.ages),
        _codes("refeicao", tk._("Meal"), tk._("All meals"), "meals", meals, query.meals),
        _codes("dieta", tk._("Diet"), tk._("All diets"), "diets", (menu.diet for menu in menus), query.diets),
    ]
    groups = [
        ("refeicao", tk._("One event a meal"), query.group == "meal"),
        ("dia", tk._("One event a day"), query.group == "day"),
    ]
    shown = [field for field in fields if len(field.options) > 2]
    return [*shown, Choice("agrupar", tk._("In the calendar"), groups)]


def _codes(
    name: str, label: str, everything: str, scheme: str, published: Iterable[str], chosen: frozenset[str]
) -> Choice:
    """A field over the codes that are published for the school, and those that the address chose."""
    codes = sorted({*published, *chosen}, key=lambda code: (LABELS.order(scheme, code), code))
    options = [(code, LABELS.label(scheme, code, pages.lang()), code in chosen) for code in codes]
    return Choice(name, label, [("", everything, not chosen), *options])
