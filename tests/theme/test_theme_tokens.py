"""The identity's values: contrast in both schemes, and style sheets that hold together."""

import re
from pathlib import Path

import pytest

import ckanext.patiodigital

PUBLIC = Path(ckanext.patiodigital.__file__).parent / "public" / "patiodigital"
SHEETS = {path.name: path.read_text() for path in PUBLIC.glob("*.css")}
FAMILY_BUDGET = 60 * 1024  # bytes of all that a family page loads, its own text aside

TEXT = ("ink", "ink-soft", "strong", "strong-deep", "good", "bad")
GROUNDS = ("paper", "surface", "sunk", "accent-soft", "good-soft", "bad-soft")
SCHEMES = ("light", "dark")


def tokens(scheme: str) -> dict[str, str]:
    """Name and colour of each token of a scheme."""
    plain, dark, *_ = SHEETS["tokens.css"].split("@media")
    return dict(re.findall(r"--pd-([\w-]+): (#[0-9a-f]{6})", plain if scheme == "light" else dark))


def contrast(one: str, other: str) -> float:
    """The ratio of two colours by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_both_schemes_name_the_same_colours():
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXT)
def test_text_is_readable_on_every_ground(scheme, text, ground):
    colours = tokens(scheme)
    assert contrast(colours[text], colours[ground]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_on_colour_is_readable(scheme):
    colours = tokens(scheme)
    for text, ground in (("on-strong", "strong"), ("on-strong", "strong-deep"), ("on-band", "band")):
        assert contrast(colours[text], colours[ground]) >= 7
    assert contrast(colours["on-band"], colours["band-deep"]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_can_be_operated_has_a_visible_edge(scheme):
    colours = tokens(scheme)
    for ground in ("paper", "surface", "sunk"):
        assert contrast(colours["edge"], colours[ground]) >= 3


@pytest.mark.parametrize("sheet", ["family.css", "portal.css"])
def test_only_tokens_that_exist_are_used(sheet):
    defined = set(re.findall(r"(--pd-[\w-]+):", SHEETS["tokens.css"]))
    assert set(re.findall(r"var\((--pd-[\w-]+)", SHEETS[sheet])) <= defined


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_nothing_is_loaded_from_elsewhere(sheet):
    assert not re.findall(r"@import|url\((?!\"data:)", SHEETS[sheet])


def test_a_family_page_is_slim():
    loaded = ("tokens.css", "family.css", "logo.svg", "favicon.svg")
    assert sum((PUBLIC / name).stat().st_size for name in loaded) < FAMILY_BUDGET


def test_every_class_of_the_comment_is_styled():
    comment, _, rules = SHEETS["family.css"].partition("*/")
    named = set(re.findall(r"\.([a-z][a-z-]+)\b", comment)) - {"css", "html"}
    assert {"meal", "dishes", "week-table"} <= named
    assert {name for name in named if not re.search(rf"\.{name}\b", rules)} == set()
