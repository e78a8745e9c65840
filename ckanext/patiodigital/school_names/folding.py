"""One fold for the names that the department writes and for what families type.

The source writes ``EMEI PROFA. RUTH G. - JD. SÃO LUIZ II - (TERCEI.)``, families type ``jardim sao luis 2``.
Everything here is a general rule on words; nothing knows a single school.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ckanext.patiodigital.school_names.abbreviations import (
    DOTTED_EXPANSIONS,
    EXPANSIONS,
    KIND_PHRASES,
    NUMBER_WORDS,
    READINGS,
)

MAX_TEXT = 300
"""Characters that are looked at; a longer text is cut, because names are shorter and queries are hostile."""

_MANAGEMENT = re.compile(r"[\s–-]*\(\s*(?:terc|mist|diret)\w*\.?\s*\)\.?", re.IGNORECASE)
_WORD = re.compile(r"([^\W_]+)(\.?)")
_ORDINAL = re.compile(r"(\d{1,2})[oa]")
_ONES = "|".join(word for word, digits in NUMBER_WORDS.items() if len(digits) == 1)
_COMPOUND = re.compile(rf"\b(vinte|trinta) e (um|{_ONES})\b")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_SOUNDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("ph", "f"),
        ("th", "t"),
        ("[cs]h", "x"),
        ("y", "i"),
        ("w", "v"),
        ("ck", "c"),
        ("sc(?=[ei])", "s"),
        ("c(?=[ei])", "s"),
        ("g(?=[ei])", "j"),
        ("qu(?=[ei])|q|k", "c"),
        ("gu(?=[ei])", "g"),
        ("z", "s"),
        ("(?<![ln])h", ""),
        ("n$", "m"),
        (r"([a-z])\1+", r"\1"),
    )
)


class Word(NamedTuple):
    """A word of a name or query: its canonical spelling, and every one under which it may be meant.

    ``readings`` begins with ``text``; the second, where there are more, is the word as it was written.
    """

    text: str
    readings: tuple[str, ...]


def strip_management(raw: str) -> str:
    """Remove the contract noise that the source appends to names: ``(TERCEI.)``, ``(TERC)``, ``- (MIST)``."""
    return _MANAGEMENT.sub(" ", raw[:MAX_TEXT]).strip(" -–")


def plain(text: str) -> str:
    """Lower case without marks; ª and º become letters."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[Word]:
    """Split any text into folded words, in order; punctuation, accents, case and contract noise are gone."""
    written = _COMPOUND.sub(_compound, plain(strip_management(text)))
    found = [_word(match[1], dotted=bool(match[2])) for match in _WORD.finditer(written)]
    joined = " ".join(word.text for word in found)
    shortened = joined
    for phrase, kind in KIND_PHRASES.items():
        shortened = re.sub(rf"\b{phrase}\b", kind, shortened)
    return found if shortened == joined else [_word(word, dotted=False) for word in shortened.split()]


def fold(text: str) -> str:
    """Canonical spelling of a text: words separated by one space. ``fold(fold(x)) == fold(x)``."""
    return " ".join(word.text for word in words(text))


def sound_key(word: str) -> str:
    """Spelling-blind key of a folded word: Sylvio and Silvio, Thereza and Tereza, Luiz and Luis share theirs.

    Follows how Portuguese sounds, so that old spellings (double letters, y, th, ph) and common mistakes
    (s/z, c/ss, g/j, x/ch, w/v) meet.
    """
    key = word
    for pattern, replacement in _SOUNDS:
        key = pattern.sub(replacement, key)
    return key or word


def is_roman(word: str) -> bool:
    """Whether a folded word can be a Roman numeral from I to XXXIX, the range of names."""
    return bool(word) and _ROMAN.fullmatch(word) is not None


def _word(written: str, *, dotted: bool) -> Word:
    expansion = plain(EXPANSIONS.get(written) or DOTTED_EXPANSIONS.get(written, ""))
    certain = expansion and (dotted or written in EXPANSIONS)
    text = _number(written) or (expansion if certain else written)
    readings = dict.fromkeys((text, written, *READINGS.get(text, ()), *filter(None, [expansion])))
    if written in _ROMAN_VALUES:
        # A numeral in JARDIM MONJOLO I, an initial in PROF. A. I. SOUZA: both stay possible.
        readings[str(_ROMAN_VALUES[written])] = None
    return Word(text, tuple(readings))


def _compound(match: re.Match[str]) -> str:
    """Digits of ``vinte e tres``."""
    return str(int(NUMBER_WORDS[match[1]]) + int(NUMBER_WORDS.get(match[2], "1")))


def _number(written: str) -> str | None:
    """Arabic digits of ``xxiii``, ``3o``, ``007`` and ``sete``; None where there are none, or one letter only."""
    if written.isdecimal():
        return written.lstrip("0") or None
    if written in NUMBER_WORDS:
        return NUMBER_WORDS[written]
    if ordinal := _ORDINAL.fullmatch(written):
        return ordinal[1]
    if len(written) > 1 and is_roman(written):
        values = [_ROMAN_VALUES[letter] for letter in written]
        pairs = zip(values, [*values[1:], 0], strict=True)
        return str(sum(-value if value < after else value for value, after in pairs))
    return None
