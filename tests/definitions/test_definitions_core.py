"""Code lists as JSON and SKOS, and near misses, without CKAN."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS

from ckanext.patiodigital.definitions.core import answers, skos
from ckanext.patiodigital.definitions.core.nearest import MOST, nearest
from ckanext.patiodigital.definitions.core.uris import concept_uri, scheme_uri
from ckanext.patiodigital.schemas import vocabularies
from ckanext.patiodigital.schemas.vocabularies import Concept, Vocabulary, slug

SITE = "https://dados.example.org"
LANGUAGES = ("pt", "en", "es")


def label(pt, en=None, es=None):
    return {"pt": pt, "en": en or pt, "es": es or pt}


def graph_of(vocabulary):
    return skos.scheme_graph(vocabulary, SITE)


def read(turtle):
    return Graph().parse(data=turtle, format="turtle")


def small(*concepts):
    return Vocabulary("small", label("Pequena", "Small"), concepts)


@pytest.mark.parametrize("scheme", vocabularies.schemes())
def test_every_list_is_turtle_that_says_what_the_graph_does(scheme):
    vocabulary = vocabularies.load(scheme)
    graph = graph_of(vocabulary)
    turtle = skos.turtle(graph)
    assert isomorphic(read(turtle), graph)
    uri = URIRef(f"{SITE}/vocabulary/{scheme}")
    for about in (SKOS.prefLabel, DCTERMS.title):
        assert {(each.language, str(each)) for each in graph.objects(uri, about)} == set(vocabulary.title.items())
    assert {str(each) for each in graph.objects(None, SKOS.notation)} == {each.code for each in vocabulary.concepts}
    for concept in vocabulary.concepts:
        this = URIRef(concept_uri(SITE, scheme, concept))
        assert {(each.language, str(each)) for each in graph.objects(this, SKOS.prefLabel)} == set(
            concept.label.items()
        )
        assert isomorphic(skos.concept_graph(vocabulary, concept, SITE), about_alone(graph, this))


def about_alone(graph, subject):
    alone = Graph()
    for triple in graph.triples((subject, None, None)):
        alone.add(triple)
    return alone


@pytest.mark.parametrize("scheme", vocabularies.schemes())
def test_the_order_of_statements_does_not_show(scheme):
    """Sets have another order in each process: so has the graph."""
    graph = graph_of(vocabularies.load(scheme))
    statements = sorted(graph)
    random.Random(1).shuffle(statements)  # noqa: S311 (no secret)
    shuffled = Graph(bind_namespaces="none")
    shuffled.bind("skos", SKOS)
    shuffled.bind("dct", DCTERMS)
    for statement in statements:
        shuffled.add(statement)
    assert skos.turtle(shuffled) == skos.turtle(graph)


@pytest.mark.parametrize("scheme", vocabularies.schemes())
def test_json_holds_all_of_the_list(scheme):
    vocabulary = vocabularies.load(scheme)
    answer = json.loads(answers.scheme_json(vocabulary, SITE))
    assert list(answer) == ["scheme", "uri", "title", "concepts"]
    assert (answer["scheme"], answer["uri"]) == (scheme, f"{SITE}/vocabulary/{scheme}")
    for concept, written in zip(vocabulary.concepts, answer["concepts"], strict=True):
        assert written == {
            "code": concept.code,
            "uri": f"{SITE}/vocabulary/{scheme}/{concept.code}",
            "label": concept.label,
            "order": concept.order,
            "aliases": list(concept.aliases),
            "broader": concept.broader,
            "match": concept.match,
        }
        assert json.loads(answers.concept_json(vocabulary, concept, SITE)) == {**written, "scheme": scheme}


def test_wider_and_narrower_and_the_top():
    graph = graph_of(vocabularies.load("diets"))
    scheme, wide, narrow = (URIRef(f"{SITE}/vocabulary/diets{rest}") for rest in ("", "/tipo-a", "/tipo-a-enteral"))
    assert (narrow, SKOS.broader, wide) in graph
    assert (wide, SKOS.narrower, narrow) in graph
    assert (scheme, SKOS.hasTopConcept, wide) in graph
    assert (wide, SKOS.topConceptOf, scheme) in graph
    assert (scheme, SKOS.hasTopConcept, narrow) not in graph
    assert (narrow, SKOS.topConceptOf, scheme) not in graph
    assert len(set(graph.objects(scheme, SKOS.hasTopConcept))) == 4


def test_what_a_name_says_is_no_other_spelling():
    graph = graph_of(small(Concept("lunch", label("Almoço", "Lunch"), 1, aliases=("Almoço", "A - ALMOÇO", "Lunch"))))
    assert set(graph.objects(None, SKOS.altLabel)) == {Literal("A - ALMOÇO")}


def test_a_uri_of_its_own_wins():
    concept = Concept("br", label("Brasil"), 1, uri="https://sws.geonames.org/3469034/")
    wider = small(concept, Concept("sp", label("São Paulo"), 2, broader="br"))
    graph = graph_of(wider)
    own = URIRef("https://sws.geonames.org/3469034/")
    assert (own, RDF.type, SKOS.Concept) in graph
    assert (URIRef(f"{SITE}/vocabulary/small/sp"), SKOS.broader, own) in graph
    assert json.loads(answers.concept_json(wider, concept, SITE))["uri"] == str(own)


def test_a_last_slash_of_the_site_is_not_in_a_uri():
    assert scheme_uri(f"{SITE}/", "meals") == scheme_uri(SITE, "meals") == f"{SITE}/vocabulary/meals"


def test_only_web_addresses_are_matches():
    eu = "http://publications.europa.eu/resource/authority/frequency/DAILY"
    concept = Concept("daily", label("Diária"), 1, match={"eu": eu, "dcat_us": "R/P1D", "inep": "4"})
    graph = graph_of(small(concept))
    assert set(graph.objects(None, SKOS.exactMatch)) == {URIRef(eu)}
    assert json.loads(answers.concept_json(small(concept), concept, SITE))["match"]["dcat_us"] == "R/P1D"


def test_what_several_match_is_wider_than_each():
    text, csv = "https://example.org/text", "https://example.org/csv"
    graph = graph_of(
        small(
            Concept("csv", label("CSV"), 1, match={"iana": csv, "dcat_br": csv}),
            Concept("csv-zip", label("CSV, ZIP"), 2, match={"dcat_br": csv}),
            Concept("tsv", label("TSV"), 3, match={"dcat_br": text}),
            Concept("txt", label("TXT"), 4, match={"dcat_br": text}),
        )
    )
    matched = {
        (str(this).rpartition("/")[2], str(to), how)
        for how in (SKOS.exactMatch, SKOS.broadMatch)
        for this, to in graph.subject_objects(how)
    }
    assert matched == {
        ("csv", csv, SKOS.exactMatch),
        ("csv-zip", csv, SKOS.broadMatch),
        ("tsv", text, SKOS.broadMatch),
        ("txt", text, SKOS.broadMatch),
    }


@pytest.mark.parametrize(
    "match",
    ["javascript:alert(1)", "http://", "http://x y", "https://x/<b>", 'http://x/"', "ftp://x", " http://x", "R/P1D"],
)
def test_what_is_no_web_address(match):
    assert not skos.is_web_address(match)
    assert read(skos.turtle(graph_of(small(Concept("x", label("X"), 1, match={"eu": match})))))


wild = st.text(min_size=1, max_size=40) | st.text(alphabet="a\"\\\n\r\t'é\0", min_size=1, max_size=12)


@given(wild, wild, st.lists(wild.filter(slug), max_size=4), st.text(max_size=60))
def test_whatever_people_write_comes_back_as_it_is_but_for_blanks(name, title, aliases, match):
    concept = Concept("wild", label(name), 1, aliases=tuple(aliases), match={"eu": f"https://{match}"})
    vocabulary = Vocabulary("small", label(title), [concept])
    graph = read(skos.turtle(graph_of(vocabulary)))
    this, scheme = URIRef(f"{SITE}/vocabulary/small/wild"), URIRef(f"{SITE}/vocabulary/small")
    assert {str(each) for each in graph.objects(this, SKOS.prefLabel)} == {" ".join(name.split())}
    assert {str(each) for each in graph.objects(scheme, DCTERMS.title)} == {" ".join(title.split())}
    spellings = {" ".join(alias.split()) for alias in aliases} - {" ".join(name.split())}
    assert {str(each) for each in graph.objects(this, SKOS.altLabel)} == spellings
    answer = json.loads(answers.scheme_json(vocabulary, SITE))
    assert answer["concepts"][0]["label"] == label(name)
    assert answer["concepts"][0]["aliases"] == aliases


SPELLINGS = {
    each.code: (each.code, *each.label.values(), *each.aliases) for each in vocabularies.load("meals").concepts
}


@pytest.mark.parametrize("asked", ["Almoço", "a-almoço", "almoco", "lunch", "a_almoco"])
def test_the_nearest_is_named_first(asked):
    assert nearest(asked, SPELLINGS)[0] == "a-almoco"


@given(st.text(max_size=300))
def test_anything_may_be_asked_for(asked):
    found = nearest(asked, SPELLINGS)
    assert len(found) <= MOST
    assert set(found) <= set(SPELLINGS)


def test_nothing_is_near_to_what_says_nothing():
    assert nearest("☕" * 5_000, SPELLINGS) == []
