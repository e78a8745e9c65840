"""The schema made Portuguese: as text, and, in `./portal test`, as the running Solr analyses words."""

from __future__ import annotations

import json
import os
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import ckan
import pytest

from stack.console import StackError
from stack.solr import portuguese_schema

_STOCK = (Path(ckan.__file__).parent / "config" / "solr" / "schema.xml").read_text(encoding="utf-8")


def _parsed(schema: str) -> ET.Element:
    return ET.fromstring(schema)  # noqa: S314 - CKAN's own file


def _filters(schema: str, field_type: str, analyzer: str) -> list[str]:
    path = f".//fieldType[@name='{field_type}']/analyzer[@type='{analyzer}']/filter"
    return [found.get("class", "").removeprefix("solr.") for found in _parsed(schema).findall(path)]


def test_text_folds_accents_before_it_stems_portuguese():
    for analyzer in ("index", "query"):
        filters = _filters(portuguese_schema(_STOCK), "text", analyzer)
        assert filters[-4:] == [
            "LowerCaseFilterFactory",
            "ASCIIFoldingFilterFactory",
            "PatternReplaceFilterFactory",
            "PortugueseLightStemFilterFactory",
        ]
        assert "SnowballPorterFilterFactory" not in filters


@pytest.mark.parametrize("field_type", ["text_general", "text_ngram"])
@pytest.mark.parametrize("analyzer", ["index", "query"])
def test_names_fold_accents_and_keep_the_rest(field_type, analyzer):
    stock = _filters(_STOCK, field_type, analyzer)
    assert _filters(portuguese_schema(_STOCK), field_type, analyzer) == [*stock, "ASCIIFoldingFilterFactory"]


def test_fields_and_the_name_that_ckan_checks_stay():
    ours, stock = _parsed(portuguese_schema(_STOCK)), _parsed(_STOCK)
    assert ours.attrib == stock.attrib
    for tag in ("fields", "uniqueKey"):
        assert ET.tostring(ours.find(tag)) == ET.tostring(stock.find(tag))


@pytest.mark.parametrize("lost", ["SnowballPorterFilterFactory", "ASCIIFoldingFilterFactory"])
def test_a_schema_without_the_expected_filters_is_refused(lost):
    with pytest.raises(StackError, match=rf"{lost}.*stack/solr.py"):
        portuguese_schema(_STOCK.replace(lost, "TrimFilterFactory"))


@pytest.fixture
def stem():
    """How the running Solr indexes and searches one word of a title."""
    solr = os.environ.get("CKAN_SOLR_URL")
    if not solr:
        pytest.skip("needs the Solr of ./portal test")

    def ask(word: str) -> tuple[str, ...]:
        query = {"analysis.fieldname": "title", "analysis.fieldvalue": word, "analysis.query": word}
        url = f"{solr}/analysis/field?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the Solr that the tests started
            steps = json.load(answer)["analysis"]["field_names"]["title"]
        found = {tuple(token["text"] for token in steps[kind][-1]) for kind in ("index", "query")}
        assert len(found) == 1, "a word must be searched as it was indexed"
        return found.pop()

    return ask


@pytest.mark.parametrize(
    "words",
    [
        ("cardápio", "Cardápios", "cardapio", "CARDAPIOS"),
        ("refeição", "refeições", "refeicao", "refeicoes"),
        ("educação", "educacao"),
        ("municipal", "municipais"),
        ("infantil", "infantis"),
        ("papel", "papéis"),
        ("professor", "professores"),
        ("creche", "creches"),
    ],
)
def test_forms_of_one_word_meet(stem, words):
    assert len({stem(word) for word in words}) == 1


def test_different_words_stay_apart(stem):
    words = ["escola", "escolar", "creche", "crianças", "cardápio", "ano", "aluno", "pão", "mãe"]
    assert len({stem(word) for word in words}) == len(words)
