"""Our words in a language of choice, for what no request tells the language of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.support import Translations

_FOLDER = Path(__file__).parent / "i18n"


@cache
def translation(lang: str) -> Callable[[str], str]:
    """``gettext`` over our catalogue of a language; English where there is none."""
    return Translations.load(_FOLDER, [lang], "ckanext-patiodigital").gettext
