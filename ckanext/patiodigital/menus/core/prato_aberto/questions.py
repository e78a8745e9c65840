"""What a client of the department's API asks for. Its messages are Portuguese, as that API is in every language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ckanext.patiodigital.menus.core.prato_aberto import spellings
from ckanext.patiodigital.menus.core.prato_aberto.spellings import Document, Terms
from ckanext.patiodigital.schemas.vocabularies import slug

Arguments = Mapping[str, str]

#: All parameters that an answer depends on; the department's API passes over any other, too.
PARAMS = frozenset(
    [
        *("nome", "limit", "raw", "idade", "data_inicial", "data_final"),
        *("tipo_unidade", "tipo_atendimento", "agrupamento", "unidade", "inicio", "fim"),
    ]
)
#: Days that ``/cardapios/`` answers at once, and menu groups times days: more would be an answer of many megabytes.
MOST_DAYS, MOST_GROUP_DAYS = 62, 620
#: What `/escola/{eol}/cardapios/` looks through for its newest menus.
_LOOKED_BACK, _LOOKED_AHEAD = dt.timedelta(days=62), dt.timedelta(days=31)
SUGGESTIONS = 5

_DAY = re.compile(r"[0-9]{8}")


class QuestionError(ValueError):
    """The question can't be answered as it is; says what to change."""


class GroupChoice(NamedTuple):
    """Codes that a menu group must have; None = any."""

    management: str | None
    school_type: str | None
    grouping: str | None

    def fits(self, own: Terms | None) -> bool:
        """Whether a group is one of those meant; special units (None) never are."""
        return own is not None and all(code in (None, has) for code, has in zip(self, own, strict=True))

    def groups(self, known: Iterable[str]) -> list[str]:
        """The groups meant: the one that is named wholly, else those of the known ones that fit."""
        if all(self):
            return ["/".join(map(str, self))]
        return sorted(group for group in known if self.fits(spellings.terms(group)))


class MenusQuestion(NamedTuple):
    """Which menus: those of a school by its ``name``, else of groups; ``age`` is a code."""

    name: str | None
    choice: GroupChoice
    age: str | None
    start: dt.date
    end: dt.date

    def days(self) -> list[dt.date]:
        """Each day from the first to the last."""
        return [self.start + dt.timedelta(days=offset) for offset in range((self.end - self.start).days + 1)]


def menus_question(args: Arguments, path_day: str | None, today: dt.date) -> MenusQuestion:
    """``/cardapios/``: one day in the path, or a range. An end that is not told is the other one, or today (B2).

    :class:`QuestionError` for a day that is none and for more than :data:`MOST_DAYS`.
    """
    if path_day is not None:
        start = end = _day("data", path_day)
    else:
        first, last = _argument_day(args, "data_inicial"), _argument_day(args, "data_final")
        start, end = first or last or today, last or first or today
    if (end - start).days >= MOST_DAYS:
        raise QuestionError(f"De data_inicial a data_final cabem no máximo {MOST_DAYS} dias.")
    return MenusQuestion(args.get("nome") or None, _choice(args), _age(args), start, end)


def school_menus_question(args: Arguments, path_day: str | None, today: dt.date) -> MenusQuestion:
    """``/escola/{eol}/cardapios/``: one day, or the newest of a range that may be open at both ends."""
    if path_day is not None:
        start = end = _day("data", path_day)
    else:
        last, latest = _argument_day(args, "data_final"), today + _LOOKED_AHEAD
        end = min(last, latest) if last else latest
        first, earliest = _argument_day(args, "data_inicial"), end - _LOOKED_BACK - _LOOKED_AHEAD
        start = max(first, earliest) if first else earliest
    return MenusQuestion(None, GroupChoice(None, None, None), _age(args), start, end)


def names_unit(args: Arguments, unit: Document) -> bool:
    """Whether ``unidade``, ``inicio`` and ``fim`` are a special unit's own, to the letter."""
    told = (unit["_id"]["$oid"], unit["data_inicio"], unit["data_fim"])
    return told == (args.get("unidade"), args.get("inicio"), args.get("fim"))


def limit(args: Arguments) -> int:
    """How many schools ``/escolas?nome=`` gives at most; 0 = all. As in the department's database, ``-5`` is 5."""
    text = args.get("limit", str(SUGGESTIONS))
    try:
        return abs(int(text))
    except ValueError:
        raise QuestionError("limit deve ser um número, como 5; 0 traz todas as escolas.") from None


def check_size(groups: int, question: MenusQuestion) -> None:
    """:class:`QuestionError` where so many groups have too many menus on the days asked for."""
    days = len(question.days())
    if groups * days > MOST_GROUP_DAYS:
        raise QuestionError(
            f"São {groups} grupos de cardápio em {days} dias. Peça menos dias, ou diga nome, ou tipo_unidade, "
            "tipo_atendimento e agrupamento."
        )


def _choice(args: Arguments) -> GroupChoice:
    management, school_type, grouping = (
        args.get(name) or None for name in ("tipo_atendimento", "tipo_unidade", "agrupamento")
    )
    return GroupChoice(
        None if management is None else spellings.code("managements", management),
        None if school_type is None else spellings.code("school_types", school_type),
        None if grouping is None else slug(grouping),
    )


def _age(args: Arguments) -> str | None:
    label = args.get("idade")
    return spellings.code("age_bands", label) if label else None


def _argument_day(args: Arguments, name: str) -> dt.date | None:
    return _day(name, args[name]) if args.get(name) else None


def _day(name: str, text: str) -> dt.date:
    if _DAY.fullmatch(text):
        try:
            return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise QuestionError(f"{name} deve ser um dia que existe, na forma AAAAMMDD, como 20260602.")
