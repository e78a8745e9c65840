"""Readable names, of schools and of neighbourhoods, from the department's upper-case ones."""

from __future__ import annotations

import re
import unicodedata

from ckanext.patiodigital.school_names.abbreviations import DOTTED_EXPANSIONS, EXPANSIONS, SCHOOL_KINDS
from ckanext.patiodigital.school_names.folding import is_roman, plain, strip_management

_OPENERS = frozenset({"-", "Conveniado", "Municipal", *(kind.upper() for kind in SCHOOL_KINDS)})
_PARTICLES = frozenset((
    "a", "à", "ao", "aos", "as", "às", "com", "da", "das", "de", "di", "do", "dos", "e", "em", "na", "nas",
    "no", "nos", "o", "os", "para", "por",
))  # fmt: skip
_WOMENS_NAMES_IN_O = frozenset({"amparo", "carmo", "consuelo", "patrocinio", "rocio", "rosario", "socorro"})
_WORD = re.compile(r"([^\W_]+)(\.?)")
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_REPAIRS = (
    (re.compile("[´`’‘]"), "'"),
    (re.compile(r"(?<=\b[^\W\d_]') (?=\w)"), ""),  # M' BOI
    (re.compile(r"\s+(?=[.,])"), ""),
    (re.compile(r"\s-\s*|\s*-\s"), " - "),
    (re.compile(rf"\b({'|'.join(sorted(SCHOOL_KINDS)).upper()})[.-]"), r"\1 "),  # EMEF-MARIA, CEI. SILVANA
    (re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})\.(?=\w)"), ". "),  # CONV.SANTA, JD.9 DE JULHO
)


def display_name(raw: str) -> str:
    """Readable Portuguese from an upper-case name: ``EMEI Professora Ruth G. - Jardim São Luiz II``.

    Only what is certain is written out: no accent is invented, PROF. becomes Professor only before a man's
    name, and abbreviations that hide a gender or have two meanings (DR., VER., D.) stay as they are.
    A name that has lower-case letters keeps its case.
    """
    name = strip_management(unicodedata.normalize("NFC", raw))
    for pattern, replacement in _REPAIRS:
        name = pattern.sub(replacement, name)
    pieces = name.split()
    following = [*pieces, ""][1:]
    if any(character.islower() and character not in "ªº" for character in name):
        return " ".join(pieces)
    shown: list[str] = []
    for piece, after in zip(pieces, following, strict=True):
        opens = not shown or shown[-1] in _OPENERS
        particle = piece.lower() in _PARTICLES and not opens and after != ""
        shown.append(piece.lower() if particle else _shown(piece, after))
    return " ".join(shown)


def _shown(piece: str, following: str) -> str:
    """One blank-separated piece of an upper-case name as Portuguese writes it, given the one that follows."""
    match = _WORD.search(piece)
    if match is None:
        return piece
    bare, dotted = plain(match[1]), bool(match[2])
    written = EXPANSIONS.get(bare) or (DOTTED_EXPANSIONS.get(bare) if dotted else None)
    if bare == "prof" and _is_mans_name(following):
        written = "Professor"
    if bare == "n" and plain(following).startswith("sra"):
        written = "Nossa"
    if written:
        return piece[: match.start()] + written + piece[match.end() :]
    return _LETTERS.sub(_capitalised, piece)


def _capitalised(match: re.Match[str]) -> str:
    word, bare = match[0], plain(match[0])
    abbreviated = match.string[match.end() :].startswith(".")
    is_acronym = len(bare) > 1 and not abbreviated and not re.search("[aeiouy]", bare)
    if word.lower() in SCHOOL_KINDS or is_roman(bare) or is_acronym:
        return word
    first, *others = word.split("'")
    return "'".join([first.capitalize(), *map(_after_apostrophe, others)])


def _after_apostrophe(part: str) -> str:
    return part.capitalize() if len(part) > 1 else part.lower()  # D'Ávila, Rugrat's


def _is_mans_name(given_name: str) -> bool:
    """Certain only for names in "o": LUIZ is a man's too, but no rule tells it from BEATRIZ."""
    bare = plain(given_name)
    return len(bare) > 2 and bare.endswith("o") and bare not in _WOMENS_NAMES_IN_O
