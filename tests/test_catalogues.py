"""The translations: complete, with the words that the code fills in, and compiled; docs/translating.md."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
I18N = ROOT / "ckanext/patiodigital/i18n"
DOMAIN = "ckanext-patiodigital"
LOCALES = ("pt_BR", "es")


def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The forms of a message or of its translation: one, or as many as it has for numbers."""
    return (text,) if isinstance(text, str) else tuple(text)


def messages(catalogue: Catalog) -> dict[tuple[str, ...], Message]:
    """The messages by their source text; the header, which has none, left out."""
    return {forms(message.id): message for message in catalogue if message.id}


def placeholders(text: str) -> set[str]:
    return {field for _literal, field, _spec, _conversion in Formatter().parse(text) if field is not None}


def po(locale: str) -> Catalog:
    with (I18N / locale / f"LC_MESSAGES/{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=locale)


def mo(folder: Path, locale: str, domain: str) -> Catalog:
    with (folder / locale / f"LC_MESSAGES/{domain}.mo").open("rb") as file:
        return read_mo(file)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> set[tuple[str, ...]]:
    """What the code and the templates say now."""
    template = tmp_path_factory.mktemp("i18n") / "now.pot"
    options = ["--quiet", "extract", "--mapping", str(ROOT / "babel.cfg")]
    CommandLineInterface().run(["pybabel", *options, "--output-file", str(template), str(ROOT)])
    with template.open("rb") as file:
        return set(messages(read_po(file)))


def test_the_template_holds_what_is_said(extracted):
    with (I18N / f"{DOMAIN}.pot").open("rb") as file:
        assert set(messages(read_po(file))) == extracted


@pytest.mark.parametrize("locale", LOCALES)
def test_everything_that_is_said_is_translated(locale, extracted):
    known = messages(po(locale))
    ready = {source for source, message in known.items() if all(forms(message.string)) and not message.fuzzy}
    assert extracted - ready == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_translations_are_filled_in_like_their_source(locale):
    for source, message in messages(po(locale)).items():
        wanted = set().union(*map(placeholders, source))
        assert all(placeholders(text) == wanted for text in forms(message.string)), source


@pytest.mark.parametrize("locale", LOCALES)
def test_every_number_has_its_form(locale):
    catalogue = po(locale)
    for source, message in messages(catalogue).items():
        assert len(forms(message.string)) == (catalogue.num_plurals if len(source) > 1 else 1), source


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_what_is_written(locale):
    compiled, written = mo(I18N, locale, DOMAIN), po(locale)
    assert compiled.plural_forms == written.plural_forms
    assert {source: forms(message.string) for source, message in messages(compiled).items()} == {
        source: forms(message.string) for source, message in messages(written).items()
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_ckans_own_pages_keep_their_words(locale):
    """Our catalogue comes after CKAN's and decides for both; and the last one's plural rule counts for all."""
    (package,) = find_spec("ckan").submodule_search_locations
    ckan, ours = mo(Path(package) / "i18n", locale, "ckan"), po(locale)
    assert ours.plural_forms == ckan.plural_forms
    theirs = messages(ckan)
    for source, message in messages(ours).items():
        if source in theirs:
            assert message.string == theirs[source].string, source
