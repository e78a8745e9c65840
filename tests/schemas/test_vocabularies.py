"""Vocabularies: the shipped files, raw spellings to codes, and files with faults."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import VocabularyError, slug

SIZES = {
    "access_rights": 3,
    "age_bands": 26,
    "allergens": 18,
    "diets": 5,
    "districts": 96,
    "dres": 13,
    "frequencies": 13,
    "formats": 40,
    "geographic_grains": 6,
    "languages": 3,
    "licences": 8,
    "managements": 3,
    "meals": 28,
    "networks": 4,
    "observation_units": 9,
    "personal_data": 3,
    "school_types": 16,
    "stages": 8,
    "subjects": 10,
}


def test_all_vocabularies_load_with_every_concept():
    assert {scheme: len(vocabularies.load(scheme).concepts) for scheme in vocabularies.schemes()} == SIZES


def test_an_unknown_scheme_is_an_error_that_lists_the_known_ones():
    with pytest.raises(VocabularyError, match=r"no vocabulary '\.\./meals'; known are access_rights, age_bands"):
        vocabularies.load("../meals")


@pytest.mark.parametrize(
    ("scheme", "raw", "code"),
    [
        ("meals", "A - ALMOCO", "a-almoco"),
        ("meals", "A - ALMOÇO", "a-almoco"),
        ("meals", "Almoço", "a-almoco"),
        ("meals", "L5 - LANCHE 5 HORAS", "l5-lanche-5-horas"),
        ("meals", "L5 - LANCHE 5 OU 6 HORAS", "l5-lanche-5-ou-6-horas"),
        ("meals", "RP - REFEIÇÃO PROFESSOR", "rp-refeicao-professor"),
        ("age_bands", "C- 4 A 5 MESES", "c-4-a-5-meses"),
        ("age_bands", "A -\n0 A 1 MES", "a-0-a-1-mes"),
        ("age_bands", "A\u00a0- 0 A 1 MES", "a-0-a-1-mes"),
        ("age_bands", "C\n- 4 A 5 MESES", "c-4-a-5-meses"),
        ("age_bands", "X - 1A -1A E\n11MES", "x-1a-1a-e-11mes"),
        ("age_bands", "8 a 11 meses  - parcial", "o-8-a-11-meses-parcial"),
        ("age_bands", "1 A 3 MESES", "b-1-a-3-meses"),
        ("school_types", "CEI_PARCEIRO_(RP)", "cei-parceiro-rp"),
        ("school_types", "SME_CONVÊNIO", "sme-convenio"),
        ("school_types", "CORREIO_-_ARMAZEM", "correio-armazem"),
        ("school_types", "CR.P.CONV", "cei-parceiro-rp"),
        ("dres", "DRE - MP", "109300"),
        ("dres", "SM", "109200"),
        ("dres", "DIRETORIA REGIONAL DE EDUCACAO PIRITUBA", "109000"),
        ("dres", "JACANA/TREMEMBE", "108800"),
        ("dres", "108100", "108100"),
        ("districts", "SAO LUCAS", "sao-lucas"),
        ("districts", "FREGUESIA DO O", "freguesia-do-o"),
        ("managements", "UNIDADES DIRETA", "direta"),
        ("diets", "Tipo A ENTERAL", "tipo-a-enteral"),
        ("frequencies", "Anual", "annual"),
    ],
)
def test_spellings_of_the_sources_are_known(scheme, raw, code):
    assert vocabularies.load(scheme).code(raw) == code


@pytest.mark.parametrize(
    ("scheme", "raw"),
    [
        ("meals", "Refeição"),
        ("meals", ""),
        ("meals", " \u200b—"),
        ("managements", "DIRETA + MISTA"),
        ("managements", "mista" + " " * 300),
        ("age_bands", "<script>"),
        ("stages", "FUND"),
    ],
)
def test_unknown_ambiguous_empty_and_endless_spellings_have_no_code(scheme, raw):
    assert vocabularies.load(scheme).code(raw) is None


def test_an_ambiguous_label_names_all_its_codes():
    meals = vocabularies.load("meals")
    assert meals.candidates("REFEIÇÃO") == ("r1-refeicao-1", "aa-almoco-adulto", "r-refeicao")
    assert meals.candidates("Lanche - Permanência de 5 ou 6 horas") == (
        "l5-lanche-5-horas",
        "l5-lanche-5-ou-6-horas",
    )
    assert meals.candidates("Desjejum") == ("d-desjejum",)
    assert meals.candidates("Ceia") == ()


CODES = [
    (scheme, concept.code, raw)
    for scheme in vocabularies.schemes()
    for concept in vocabularies.load(scheme).concepts
    for raw in (concept.code, *concept.aliases)
]


@given(
    st.sampled_from(CODES),
    st.sampled_from([" ", "  ", "\n", "\u00a0", "\t", " \r\n "]),
    st.sampled_from([str.upper, str.lower, str.title, str]),
    st.sampled_from(["", " ", "\n", "\ufeff", "."]),
)
def test_blanks_and_case_never_change_a_code(entry, blank, case, edge):
    scheme, code, raw = entry
    spelling = edge + case(raw).replace(" ", blank) + edge
    assert vocabularies.load(scheme).code(spelling) == code


@given(st.text())
def test_a_slug_is_ascii_and_folds_to_itself(text):
    once = slug(text)
    assert slug(once) == once
    assert once.isascii()
    assert once == once.lower()
    assert not once.startswith("-")
    assert not once.endswith("-")
    assert "--" not in once


def test_labels_fall_back_to_portuguese_and_an_unknown_code_names_itself():
    meals = vocabularies.load("meals")
    assert meals.label("a-almoco") == "Almoço"
    assert meals.label("a-almoco", "en_GB") == "Lunch"
    assert meals.label("a-almoco", "pt_BR") == "Almoço"
    assert meals.label("a-almoco", "es") == "Almuerzo"
    assert meals.label("a-almoco", "ja") == "Almoço"
    assert meals.label("ceia") == "ceia"
    assert vocabularies.load("districts").label("se", "en") == "Sé"


@pytest.mark.parametrize(
    ("scheme", "ordered"),
    [
        ("meals", ["d-desjejum", "c-colacao", "a-almoco", "l-lanche", "j-jantar", "unknown"]),
        (
            "age_bands",
            ["a-0-a-1-mes", "d-6-meses", "e-8-a-11-meses", "g-4-a-6-anos", "h-adulto", "v-professor"],
        ),
    ],
)
def test_order_runs_through_the_day_and_through_the_ages(scheme, ordered):
    places = [vocabularies.load(scheme).order(code) for code in ordered]
    assert places == sorted(set(places))


def test_membership_is_exact_and_units_that_are_no_schools_are_marked():
    types = vocabularies.load("school_types")
    assert "emef" in types
    assert "EMEF" not in types
    assert {concept.code for concept in types.concepts if not concept.school} == {
        "cmct",
        "dre",
        "correio-armazem",
    }
    assert types["emef"].label["pt"].endswith("(EMEF)")
    with pytest.raises(KeyError):
        types["x"]


GOOD = {
    "scheme": "fruit",
    "title": {"pt": "Frutas"},
    "concepts": [
        {"code": "maca", "order": 1, "label": {"pt": "Maçã", "en": "Apple"}, "aliases": ["MAÇÃ"]},
        {"code": "gala", "order": 2, "label": {"pt": "Gala"}, "broader": "maca", "match": {"eu": "1"}},
    ],
}


def faulty(path, value):
    """Change one value of GOOD; None removes it."""
    document = copy.deepcopy(GOOD)
    target = document
    for step in path[:-1]:
        target = target[step]
    if value is None:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return document


def test_a_good_file_parses():
    fruit = vocabularies.parse(GOOD, "fruit")
    assert fruit.title == {"pt": "Frutas", "en": "Frutas", "es": "Frutas"}
    assert fruit["maca"].label == {"pt": "Maçã", "en": "Apple", "es": "Maçã"}
    assert fruit["gala"].broader == "maca"
    assert fruit["gala"].match == {"eu": "1"}


FIRST, SECOND = ("concepts", 0), ("concepts", 1)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("scheme",), "fruits", "'scheme' must be 'fruit'"),
        (("title",), None, "'title' has no text in 'pt'"),
        (("concepts",), [], "at least one concept"),
        (("concepts",), {"maca": {}}, "at least one concept"),
        (("extra",), 1, "unknown key extra"),
        ((*SECOND, "colour"), "red", "concept 2: unknown key colour"),
        ((*SECOND, "code"), "maca", "'maca': the code is given twice"),
        ((*SECOND, "code"), "Gala", "must be text of a-z"),
        ((*SECOND, "code"), 7, "must be text of a-z"),
        ((*SECOND, "code"), "", "must be text of a-z"),
        ((*SECOND, "order"), 1, "'gala': has the same order as 'maca'"),
        ((*SECOND, "order"), "2", "'order' must be a whole number"),
        ((*SECOND, "order"), None, "'order' must be a whole number"),
        ((*SECOND, "label"), {"en": "Gala"}, r"concept 2 \(gala\): 'label' has no text in 'pt'"),
        ((*SECOND, "label"), {"pt": " "}, "each value must be text"),
        ((*SECOND, "label"), {"pt": "Gala", "fr": "Gala"}, "unknown key fr"),
        ((*SECOND, "label"), "Gala", "must be a mapping"),
        ((*SECOND, "broader"), "pera", "broader concept 'pera' is not listed"),
        ((*SECOND, "broader"), 3, "'broader' must be text"),
        ((*SECOND, "school"), "no", "'school' must be true or false"),
        ((*SECOND, "match"), {"eu": 1}, "in quotes if it is a number"),
        ((*SECOND, "match"), {"uk": "1"}, "unknown key uk"),
        ((*SECOND, "aliases"), ["Maca"], "'gala': spelling 'Maca' already belongs to 'maca'"),
        ((*SECOND, "aliases"), ["—"], "alias '—' holds no letter or digit"),
        ((*SECOND, "aliases"), [1], "list of texts"),
        (("ambiguous",), {"Gala": ["maca"]}, "spelling 'Gala' is listed as ambiguous too"),
        (("ambiguous",), {"Fruta": ["pera"]}, "ambiguous 'Fruta' names the unknown code 'pera'"),
        (("ambiguous",), {"Fruta": "maca"}, "list of texts"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(path, value, message):
    with pytest.raises(VocabularyError, match=message):
        vocabularies.parse(faulty(path, value), "fruit")


@pytest.mark.parametrize("document", [None, [], "fruit", {1: 2}])
def test_a_file_that_is_no_mapping_is_refused(document):
    with pytest.raises(VocabularyError, match="fruit must be a mapping"):
        vocabularies.parse(document, "fruit")
