"""The cache stays within its bytes, and what was asked for once never pushes out what is asked for often."""

from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.edge.core.answer import ENTRY_OVERHEAD, Answer
from ckanext.patiodigital.edge.core.cache import AnswerCache


def page(size: int = 1000) -> Answer:
    return Answer("200 OK", (), b"x" * size)


ENTRY = 1000 + ENTRY_OVERHEAD


def test_the_least_used_goes_first():
    cache = AnswerCache(ENTRY * 8)  # room for two newcomers
    for key in ("a", "b", "c"):
        cache.put(key, page())
    assert cache.get("a") is None
    assert cache.get("b") == page()
    assert cache.get("c") == page()


def test_a_flood_of_single_requests_leaves_the_proven_ones():
    cache = AnswerCache(ENTRY * 8)
    cache.put("today", page())
    assert cache.get("today")
    for number in range(1000):
        cache.put(f"flood {number}", page())
    assert cache.get("today") == page()


def test_an_answer_larger_than_the_share_is_not_kept():
    cache = AnswerCache(ENTRY)
    cache.put("large", page())
    assert cache.get("large") is None
    assert cache.bytes_held == 0


def test_both_forms_count():
    assert Answer("200 OK", (), b"12345", b"123").size == 8 + ENTRY_OVERHEAD


@given(st.lists(st.tuples(st.sampled_from("pg"), st.integers(0, 9), st.integers(0, 5000))))
def test_bytes_are_counted_right_and_bounded(steps):
    cache = AnswerCache(20_000)
    for action, key, size in steps:
        if action == "p":
            cache.put(key, page(size))
        elif (answer := cache.get(key)) is not None:
            assert answer.status == "200 OK"
        kept = [*cache._new._answers.values(), *cache._proven._answers.values()]
        assert cache.bytes_held == sum(answer.size for answer in kept) <= 20_000
