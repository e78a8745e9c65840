"""Which paths are public, and which part of a query counts."""

from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.edge.core.route import PublicRoute, Routes, Version


def version():
    return Version("v")


@pytest.mark.parametrize("prefix", ["", "/", "cardapio", "/cardapio/"])
def test_a_prefix_that_can_not_match_is_refused(prefix):
    with pytest.raises(ValueError, match="public route"):
        PublicRoute(prefix, version)


@pytest.mark.parametrize(
    ("path", "language", "rest"),
    [
        ("/cardapio", "", "/cardapio"),
        ("/cardapio/", "", "/cardapio/"),
        ("/en/cardapio/094617", "en", "/cardapio/094617"),
        ("/pt_BR/cardapio", "pt_BR", "/cardapio"),
    ],
)
def test_the_language_is_told_from_the_path(path, language, rest):
    match = Routes([PublicRoute("/cardapio", version)], {"en", "pt_BR"}).match(path)
    assert (match.language, match.path) == (language, rest)


@pytest.mark.parametrize("path", ["", "/", "/en", "/en/", "/fr/cardapio", "/cardapio.json", "/xcardapio", "//cardapio"])
def test_other_paths_are_not_ours(path):
    assert Routes([PublicRoute("/cardapio", version)], {"en"}).match(path) is None


def test_the_longest_prefix_rules():
    outer, inner = PublicRoute("/cardapio", version), PublicRoute("/cardapio/perto", version)
    routes = Routes([outer, inner], set())
    assert routes.match("/cardapio/perto/x").route is inner
    assert routes.match("/cardapio/pertox").route is outer


def test_repeated_values_keep_their_order():
    assert PublicRoute("/x", version).normal_query("b=2&a=2&b=1&a=1&c=") == "a=2&a=1&b=2&b=1&c="


@given(st.lists(st.tuples(st.text(min_size=1, max_size=5), st.text(max_size=5))), st.randoms())
def test_the_order_of_names_does_not_matter_and_nothing_is_lost(pairs, random):
    route = PublicRoute("/x", version)
    by_name = sorted(dict(pairs).items())
    shuffled = random.sample(by_name, len(by_name))
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in shuffled)
    normal = route.normal_query(query)
    assert parse_qsl(normal, keep_blank_values=True) == by_name
    assert route.normal_query(normal) == normal


@given(st.text(max_size=300))
def test_no_query_is_too_wild(query):
    PublicRoute("/x", version, params=frozenset({"q"})).normal_query(query)
