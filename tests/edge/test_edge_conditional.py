"""ETag, If-None-Match and Accept-Encoding by RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.edge.core.conditional import accepts_gzip, asks_for_any, matched, opaque_tag


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('"a"', "a"),
        ('W/"a"', "a"),
        ('"x", W/"b" ,"a"', "a"),
        ('"x,a"', None),
        ("a", None),
        ("", None),
        ('"', None),
        ('"A"', None),
    ],
)
def test_a_condition_names_tags(condition, expected):
    assert matched(condition, ("a", "b")) == expected


def test_only_a_lone_star_means_any():
    assert asks_for_any(" * ")
    assert not asks_for_any('"*"')
    assert not asks_for_any("")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("x-gzip", True),
        ("*", True),
        ("deflate, *;q=0.1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("br", False),
        ("", False),
        ("gzip;q=much", False),
        ("gzipped", False),
    ],
)
def test_who_takes_gzip(header, expected):
    assert accepts_gzip(header) is expected


@given(st.text(max_size=200))
def test_no_header_is_too_wild(header):
    accepts_gzip(header)
    matched(header, ("a",))


def test_parts_of_a_tag_do_not_run_together():
    assert opaque_tag("a", "b") != opaque_tag("ab", "")
    assert opaque_tag("a", "b") == opaque_tag("a", "b")
