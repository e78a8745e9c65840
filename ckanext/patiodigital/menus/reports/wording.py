"""What pages and e-mails say of reports, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ckantoolkit as tk
from babel.dates import format_date

from ckanext.patiodigital.menus.core.queries import FIRST_YEAR
from ckanext.patiodigital.menus.reports.core.report import LONGEST_TEXT, FaultCode, Kind, State


def kinds(_: Callable[[str], str] = tk._) -> dict[Kind, str]:
    """What may be wrong, the most frequent first. ``_`` translates; by default into the page's language."""
    return {
        "served_differs": _("The school served something else"),
        "menu_missing": _("A menu is missing"),
        "school_data": _("Something about the school is wrong"),
        "allergens": _("Something about allergens is wrong or missing"),
        "other": _("Something else"),
    }


def states() -> dict[State, str]:
    """How a report stands."""
    return {
        "new": tk._("received"),
        "in_progress": tk._("being looked into"),
        "answered": tk._("answered"),
        "closed": tk._("closed"),
    }


def fault(code: FaultCode, today: dt.date, longest: int = LONGEST_TEXT) -> str:
    """What is wrong with a field, and how to put it right."""
    texts = {
        "required": tk._("Write what is wrong."),
        "choice": tk._("Choose what it is about."),
        "day": tk._("Give a day of the years {first} to {last}, such as {today}.").format(
            first=FIRST_YEAR, last=today.year + 1, today=today.isoformat()
        ),
        "too_long": tk._("Write at most {limit} characters.").format(limit=longest),
        "cpf": tk._("Take the CPF out: nobody needs it here."),
        "email": tk._("This is no e-mail address. Write it like name@example.org, or leave it empty."),
        "trap": tk._("Leave this field empty: it is there to stop programs."),
    }
    return str(texts[code])


def day(date: dt.date) -> str:
    """``2 de junho de 2026``."""
    return str(format_date(date, "long", locale=tk.h.lang()))
