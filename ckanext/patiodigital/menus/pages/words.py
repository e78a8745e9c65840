"""Days, instants, places and allergens in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ckantoolkit as tk
from babel.dates import format_date, format_datetime, format_skeleton
from markupsafe import Markup, escape

from ckanext.patiodigital import config as base_config
from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.core.rows import SchoolRow
from ckanext.patiodigital.menus.labels import LABELS
from ckanext.patiodigital.school_names.display import display_name


def lang() -> str:
    """The language of the address."""
    return str(tk.h.lang())


#: A day with its weekday and without its year. Babel's own patterns have it only in short.
_DAY_PATTERNS = {"pt": "EEEE, d 'de' MMMM", "es": "EEEE, d 'de' MMMM"}


#: What follows such a pattern where a year is named.
_YEAR_PATTERNS = {"pt": " 'de' y", "es": " 'de' y"}


def portuguese(text: str) -> Markup:
    """What the department or a family wrote, marked as Portuguese where the page around it is in another language."""
    return escape(text) if _is_portuguese() else Markup('<span lang="pt-BR">{}</span>').format(text)


def within_a_sentence(label: str) -> str:
    """A label that begins with a capital only because it begins; ``EMEI`` keeps its own."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _is_portuguese() -> bool:
    return lang().startswith("pt")


def day_in_words(day: dt.date) -> str:
    """``terça-feira, 24 de novembro``, with the year where it is not the current one."""
    return _day(day, _YEAR_PATTERNS.get(lang()[:2], " y") if _in_another_year(day) else "")


def day_of_month(day: dt.date) -> str:
    """``terça-feira, 24 de novembro``, where the page has named the year."""
    return _day(day, "")


def _day(day: dt.date, year: str) -> str:
    pattern = _DAY_PATTERNS.get(lang()[:2], "EEEE, d MMMM") + year
    return _first_of_month(str(format_date(day, pattern, locale=lang())), day)


def _in_another_year(day: dt.date) -> bool:
    return day.year != service.local_now().year


def _first_of_month(words: str, day: dt.date) -> str:
    """Portuguese counts the first of a month, and only that: ``1º de julho``."""
    return words.replace(" 1 de", " 1º de") if day.day == 1 and _is_portuguese() else words


def short_day(day: dt.date) -> str:
    """``ter. 24``, for links to the day before and after."""
    return str(format_date(day, "EEE d", locale=lang()))


def weekday_and_day(day: dt.date) -> str:
    """``ter. 24/11`` in the order of the language, for the heads of a table."""
    return f"{format_date(day, 'EEE', locale=lang())} {format_skeleton('Md', day, locale=lang())}"


def days_in_words(first: dt.date, last: dt.date) -> str:
    """``23 de novembro a 29 de novembro``; a year that is not the current one is named, once where it is one."""
    begins = _day_and_month(first, with_year=_in_another_year(first) and first.year != last.year)
    ends = _day_and_month(last, with_year=_in_another_year(last))
    return str(tk._("{first} to {last}").format(first=begins, last=ends))


def days_in_figures(first: dt.date, last: dt.date) -> str:
    """``23/11 a 29/11``, in the order of the language."""
    figures = (format_skeleton("Md", day, locale=lang()) for day in (first, last))
    return str(tk._("{first} to {last}").format(**dict(zip(("first", "last"), figures, strict=True))))


def month_in_words(day: dt.date) -> str:
    """``novembro de 2026``."""
    return str(format_skeleton("yMMMM", day, locale=lang()))


def _day_and_month(day: dt.date, *, with_year: bool) -> str:
    words = format_date(day, "long", locale=lang()) if with_year else format_skeleton("MMMMd", day, locale=lang())
    return _first_of_month(f" {words}", day).strip()


def weekdays() -> list[str]:
    """``segunda-feira`` to ``domingo``."""
    monday = dt.date(2026, 3, 2)
    return [str(format_date(monday + dt.timedelta(days=days), "EEEE", locale=lang())) for days in range(7)]


def instant_in_words(instant: dt.datetime) -> str:
    """``hoje, 05:02`` or ``24 de novembro, 05:02``, in the portal's zone; another year is named."""
    local = instant.astimezone(base_config.zone())
    clock = format_datetime(local, "HH:mm", locale=lang())
    if local.date() == service.local_now().date():
        return str(tk._("today at {time}").format(time=clock))
    day = _day_and_month(local.date(), with_year=_in_another_year(local.date()))
    return str(tk._("{day} at {time}").format(day=day, time=clock))


def allergen_names(codes: Sequence[str]) -> str:
    """``leite, soja``."""
    return ", ".join(LABELS.label("allergens", code, lang()).lower() for code in codes)


def where(school: SchoolRow) -> str:
    """The neighbourhood, the regional board, and the code that tells schools of one name apart."""
    parts = [
        display_name(school.neighbourhood or ""),
        LABELS.label("dres", school.dre, lang()) if school.dre else None,
        tk._("EOL code {eol}").format(eol=school.eol),
    ]
    return " · ".join(filter(None, parts))
