"""Queries as families type them, made from the names of schools by seeded chance.

A query is made from what a school is called in the source, by rules that don't know how the search works. What is
right follows from the words that were meant, before they were spoiled: the schools that have them all, and of these
the ones that have nothing else in their name, if there are any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple

from ckanext.patiodigital.school_names.abbreviations import DOTTED_EXPANSIONS, EXPANSIONS, NUMBER_WORDS
from ckanext.patiodigital.school_names.folding import plain, strip_management, words

PARTICLES = frozenset((
    "a", "as", "com", "conv", "conveniado", "da", "das", "de", "do", "dos", "e", "em", "mun", "municipal", "na", "no",
    "o", "os", "para",
))  # fmt: skip
KINDS = frozenset((
    "cci", "cei", "cemei", "ceu", "cieja", "cmct", "emebs", "emef", "emefm", "emei", "gestao", "sme",
))  # fmt: skip
MOST_RIGHT = 3
"""Words that more schools share name none of them."""
TRIES = 40
"""Schools that are tried for each query of a class that few names allow."""


class Named(NamedTuple):
    """A school as its source names it, in capitals, with its abbreviations; ``dre`` in words."""

    eol: str
    name: str
    neighbourhood: str
    dre: str


class Query(NamedTuple):
    """What was typed, of which class, and the codes of the schools that are right."""

    kind: str
    typed: str
    right: frozenset[str]


def make_queries(schools: Sequence[Named], number: int, seed: int) -> Iterator[Query]:
    """About that many queries of each class."""
    network = _Network(schools)
    for kind, make in CLASSES.items():
        rng = Random(f"{seed}/{kind}")  # noqa: S311 (repeatable is the point)
        made = 0
        for school in rng.choices(schools, k=number * TRIES):
            if (query := make(Name(school), rng)) and len(right := network.right(query[1], school)) <= MOST_RIGHT:
                yield Query(kind, query[0], right)
                made += 1
            if made == number:
                break


class Name:
    """The words of a school's name, plain, as the source writes them: kinds apart from what tells schools apart."""

    def __init__(self, school: Named) -> None:
        self.school = school
        written = re.findall(r"[^\W_]+", plain(strip_management(school.name)))
        self.kinds = [word for word in written if word in KINDS]
        self.own = [word for word in written if word not in KINDS and word not in ("conv", "mun", "parceiro", "rp")]
        self.telling = [word for word in self.own if word not in PARTICLES]
        self.whole = " ".join(self.kinds + self.own)
        self.long = [place for place, word in enumerate(self.own) if len(word) > 3]


class _Network:
    """Who is meant by some words."""

    def __init__(self, schools: Sequence[Named]) -> None:
        self._name = {school.eol: _telling(school.name) for school in schools}
        self._place = {school.eol: _telling(f"{school.neighbourhood} {school.dre}") for school in schools}

    def right(self, said: str, school: Named) -> frozenset[str]:
        """The codes of the schools that have all these words, or begin with them; only full namesakes, if any."""
        if said.isdigit():
            return frozenset({school.eol})
        meant = _telling(said)
        having = [eol for eol, name in self._name.items() if meant <= name | self._place[eol]]
        named = [eol for eol in having if meant <= self._name[eol]]
        fully = [eol for eol in named if self._name[eol] - KINDS == meant - KINDS]
        return frozenset(fully or named or having)


def _telling(text: str) -> frozenset[str]:
    return frozenset(_WRITTEN.get(word.text, word.text) for word in words(text)) - PARTICLES


Made = tuple[str, str] | None
"""What is typed, and what was meant by it."""

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT_KEY = {
    key: "".join(row[place - 1 : place] + row[place + 1 : place + 2]) for row in _KEYS for place, key in enumerate(row)
}
_SOUNDS = tuple(
    (re.compile(pattern), replacements)
    for pattern, replacements in {
        "ss": ("s", "ç", "c"), "ç": ("ss", "s", "c"), "(?<=[aeiou])s(?=[aeiou])": ("z",), "z": ("s",),
        "sh|ch": ("x", "ch"), "x": ("ch", "s"), "lh": ("li", "l"), "nh": ("ni",), "g(?=[ei])": ("j",),
        "j(?=[ei])": ("g",), "c(?=[ei])": ("s", "ss"), "s(?=[ei])": ("c",), "rr": ("r",), r"\bh": ("",), "ph": ("f",),
        "th": ("t",), "y": ("i",), "w": ("v", "u"), "k": ("c",), "qu(?=[ei])": ("k",), "ll": ("l",), "nn": ("n",),
        "tt": ("t",), "mm": ("m",), "(?<=[aeiou])l(?=[bcdfgmpqstvz ]|$)": ("u",), "m(?=[bp])": ("n",),
        r"n(?=[bcdfgjqstvz])": ("m",), r"ao\b": ("am",), r"(?<=[a-z]{3})e\b": ("i",), r"(?<=[a-z]{3})o\b": ("u",),
        r"i(?=[aeou])": ("e",), r"c(?=[aou])": ("k",), r"(?<=[aeiou])u(?=[bcdfgmpqstvz ]|$)": ("l",),
    }.items()
)  # fmt: skip
_DIGITS = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xxiii": "23", "xii": "12"}
_SPELLED = {digits: word for word, digits in NUMBER_WORDS.items()} | {"23": "vinte e tres"}
_WRITTEN = {short: plain(written) for short, written in (DOTTED_EXPANSIONS | EXPANSIONS).items()}
_WRITTEN |= {"md": "madre", "n": "nossa"}
_SHORT = {plain(written): short for short, written in (DOTTED_EXPANSIONS | EXPANSIONS).items()}
_SHORT |= {"professor": "prof", "professora": "profa", "vereador": "ver", "deputado": "dep", "doutor": "dr"}
_SHORT |= {"engenheiro": "eng", "desembargador": "des", "senador": "sen", "ministro": "min", "governador": "gov"}
_POLITE = (
    "qual o cardapio da {}", "cardapio {} hoje", "o que tem pra comer na {}", "merenda da escola {}", "quero ver a {}",
    "cardápio da semana {}", "escola municipal {}", "almoço {}", "cardapio da creche {}", "meu filho estuda na {}",
    "boa tarde gostaria de saber o cardápio da {}", "{} por favor", "qual a comida de amanhã na {}", "telefone {}",
    "me manda o cardápio do mês da {}", "a minha neta é da {}", "sou mãe de aluno da {}", "endereço da {}",
)  # fmt: skip


def typo(word: str, rng: Random) -> str:
    """One slip of a finger, not on the first letter."""
    place = rng.randrange(1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    slips: list[str] = [before + after, before + letter * 2 + after]
    if after:
        slips.append(before + after[0] + letter + after[1:])
    if letter in _NEXT_KEY:
        slips.append(before + rng.choice(_NEXT_KEY[letter]) + after)
    return rng.choice(slips)


def _slips(count: int) -> Callable[[Name, Random], Made]:
    def make(name: Name, rng: Random) -> Made:
        if len(name.long) < count:
            return None
        own = list(name.own)
        for place in rng.sample(name.long, count):
            own[place] = typo(own[place], rng)
        kinds = name.kinds if rng.random() < 0.5 else []
        return " ".join(kinds + own), " ".join(kinds + name.own)

    return make


def _two_in_a_word(name: Name, rng: Random) -> Made:
    own, long = list(name.own), [place for place in name.long if len(name.own[place]) > 5]
    if not long:
        return None
    place = rng.choice(long)
    own[place] = typo(typo(own[place], rng), rng)
    return " ".join(name.kinds + own), name.whole


def _by_ear(name: Name, rng: Random) -> Made:
    typed = " ".join(re.findall(r"[^\W_]+", strip_management(name.school.name).lower()))
    possible = [(sound, spellings) for sound, spellings in _SOUNDS if sound.search(typed)]
    for sound, spellings in rng.sample(possible, min(len(possible), rng.choice((1, 2)))):
        if heard := list(sound.finditer(typed)):
            start, end = rng.choice(heard).span()
            typed = typed[:start] + rng.choice(spellings) + typed[end:]
    return plain(typed), name.whole


def _part(name: Name, rng: Random) -> Made:
    if sum(len(word) > 1 for word in name.telling) < 3:
        return None
    said = " ".join(rng.sample([word for word in name.telling if len(word) > 1], rng.choice((1, 2))))
    return said, said


def _first_and_last(name: Name, rng: Random) -> Made:
    people = [word for word in name.telling if word not in EXPANSIONS and word not in _SHORT.values()]
    said = f"{people[0]} {people[-1]}" if len(people) > 2 else None
    return (said, said) if said else None


def _replaced(table: Mapping[str, str]) -> Callable[[Name, Random], Made]:
    def make(name: Name, rng: Random) -> Made:
        typed = [table.get(word, word) for word in name.own]
        kinds = name.kinds if rng.random() < 0.5 else []
        return (" ".join(kinds + typed), " ".join(kinds + name.own)) if typed != name.own else None

    return make


def _joined(name: Name, rng: Random) -> Made:
    if len(name.own) < 2:
        return None
    place = rng.randrange(len(name.own) - 1)
    own = [*name.own[:place], name.own[place] + name.own[place + 1], *name.own[place + 2 :]]
    return " ".join(own), " ".join(name.own)


def _all_joined(name: Name, _rng: Random) -> Made:
    return ("".join(name.own), " ".join(name.own)) if 1 < len(name.own) < 4 else None


def _split(name: Name, rng: Random) -> Made:
    if not (long := [place for place in name.long if len(name.own[place]) > 5]):
        return None
    own, place = list(name.own), rng.choice(long)
    cut = rng.randrange(3, len(own[place]) - 2)
    own[place] = f"{own[place][:cut]} {own[place][cut:]}"
    return " ".join(own), " ".join(name.own)


def _shuffled(name: Name, rng: Random) -> Made:
    every = name.kinds + name.own
    return " ".join(rng.sample(every, len(every))), " ".join(every)


def _with(place: Callable[[Named], str], *, whole: bool) -> Callable[[Name, Random], Made]:
    def make(name: Name, rng: Random) -> Made:
        where = plain(place(name.school))
        if not where or not name.telling:
            return None
        own = name.own if whole else rng.sample(name.telling, min(2, len(name.telling)))
        parts = [" ".join(own), where]
        rng.shuffle(parts)
        return " ".join(parts), " ".join(parts)

    return make


def _unfinished(name: Name, rng: Random) -> Made:
    if not (later := [place for place in name.long if place]):
        return None
    word = rng.choice(later)
    before = name.kinds + name.own[:word]
    return " ".join([*before, name.own[word][:3]]), " ".join([*before, name.own[word]])


def _in_a_sentence(name: Name, rng: Random) -> Made:
    return rng.choice(_POLITE).format(name.whole), name.whole


def _slip_in_a_sentence(name: Name, rng: Random) -> Made:
    made = _slips(1)(name, rng)
    return (rng.choice(_POLITE).format(made[0]), made[1]) if made else None


def _wrong_kind(name: Name, rng: Random) -> Made:
    wrong = rng.choice(sorted({"emei", "emef", "cei", "creche", "escola"} - set(name.kinds)))
    return f"{wrong} {' '.join(name.own)}", " ".join(name.own)


def _carelessly(name: Name, rng: Random) -> Made:
    """Everything at once, as on a phone in the street: two or three words, abbreviated, one of them with a slip."""
    if len(name.long) < 2:
        return None
    own = [name.own[place] for place in sorted(rng.sample(name.long, min(len(name.long), 3)))]
    said, place = " ".join(own), rng.randrange(len(own))
    own[place] = typo(own[place], rng)
    return " ".join(_SHORT.get(word, word) for word in own), said


def _code(name: Name, rng: Random) -> Made:
    eol = name.school.eol
    bare = eol.lstrip("0")
    return rng.choice((bare, eol, f"0{bare}", f"eol {bare}", f"codigo {eol}", " ".join([*name.kinds, bare]))), eol


def _whole(name: Name, _rng: Random) -> Made:
    return strip_management(name.school.name), name.whole


def _plainly(name: Name, _rng: Random) -> Made:
    return name.whole, name.whole


def _no_kind(name: Name, _rng: Random) -> Made:
    return " ".join(name.own), " ".join(name.own)


CLASSES: dict[str, Callable[[Name, Random], Made]] = {
    "as the source writes it": _whole,
    "accents missing": _plainly,
    "type missing": _no_kind,
    "type wrong": _wrong_kind,
    "one slip": _slips(1),
    "two slips": _slips(2),
    "two slips in a word": _two_in_a_word,
    "by ear": _by_ear,
    "written out": _replaced(_WRITTEN),
    "abbreviated": _replaced(_SHORT),
    "numeral in digits": _replaced(_DIGITS),
    "numeral in words": _replaced({roman: _SPELLED[digits] for roman, digits in _DIGITS.items() if digits in _SPELLED}),
    "part of the name": _part,
    "first and last word": _first_and_last,
    "other order": _shuffled,
    "words together": _joined,
    "all words together": _all_joined,
    "word cut in two": _split,
    "with neighbourhood": _with(lambda school: school.neighbourhood, whole=True),
    "part, neighbourhood": _with(lambda school: school.neighbourhood, whole=False),
    "with DRE": _with(lambda school: school.dre, whole=True),
    "unfinished": _unfinished,
    "in a sentence": _in_a_sentence,
    "slip in a sentence": _slip_in_a_sentence,
    "careless": _carelessly,
    "code": _code,
}
