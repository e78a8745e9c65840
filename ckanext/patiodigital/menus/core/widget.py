"""What the address of a widget asks for, checked: one age, one meal, how many school days, and its colours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from ckanext.patiodigital.menus.core.queries import BadQueryError, Fault
from ckanext.patiodigital.menus.core.rows import Codes

#: The parameters of the address; each may be left out.
AGE, MEAL, DAYS, THEME = PARAMS = ("idade", "refeicao", "dias", "tema")
MAX_DAYS = 5
#: The themes, with what CSS's ``color-scheme`` says for each. ``auto`` is what the reader's device prefers.
THEMES: Mapping[str, str] = {"auto": "light dark", "claro": "light", "escuro": "dark"}


class WidgetOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a widget shows: ``days`` school days from today on, of every age and meal where none is chosen."""

    age: str = ""
    meal: str = ""
    days: int = 1
    theme: str = "auto"

    def query(self) -> dict[str, str]:
        """The shortest query that asks for this: parameters that say what is so anyway are left out."""
        whole = {AGE: self.age, MEAL: self.meal, DAYS: str(self.days), THEME: self.theme}
        return {name: value for name, value in whole.items() if value not in ("", "1", "auto")}


def parse_widget_options(args: Mapping[str, Sequence[str]], known: Codes) -> WidgetOptions:
    """The options of a query string; empty parameters, and others than :data:`PARAMS`, say nothing.

    Raises:
        BadQueryError: with every fault found.
    """
    given = {name: args[name] for name in PARAMS if any(args.get(name, ()))}
    allowed: dict[str, Collection[str]] = {
        AGE: known.codes("age_bands"),
        MEAL: known.codes("meals"),
        DAYS: [str(days) for days in range(1, MAX_DAYS + 1)],
        THEME: THEMES,
    }
    faults = [
        Fault(name, "must be one of the values that it can have, once")
        for name, values in given.items()
        if len(values) > 1 or values[0] not in allowed[name]
    ]
    if faults:
        raise BadQueryError(faults)
    chosen = {name: values[0] for name, values in given.items()}
    return WidgetOptions(
        age=chosen.get(AGE, ""),
        meal=chosen.get(MEAL, ""),
        days=int(chosen.get(DAYS, "1")),
        theme=chosen.get(THEME, "auto"),
    )
