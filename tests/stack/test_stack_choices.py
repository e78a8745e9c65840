from __future__ import annotations

from dataclasses import replace

import pytest

from stack.choices import Choices, choose, load_choices, read_records
from stack.console import StackError


def test_the_first_time_defaults_fill_in():
    assert choose(None, port=None, schools=None, records=None) == Choices(5000, 3233, None)


@pytest.mark.parametrize("harvested", [False, True])
def test_later_what_was_chosen_stays_and_the_port_may_change(tmp_path, harvested):
    Choices(6000, 40, harvested=harvested).save(tmp_path)
    before = load_choices(tmp_path)
    assert choose(before, port=None, schools=None, records=None) == before
    assert choose(before, port=7000, schools=40, records=None) == Choices(7000, 40, harvested=harvested)


def test_before_the_first_harvest_other_schools_may_be_chosen():
    with_records = choose(Choices(5000, 40), port=None, schools=None, records="[]")
    assert with_records.real_sha256
    assert choose(with_records, port=None, schools=41, records=None) == Choices(5000, 41)


@pytest.mark.parametrize("options", [{"schools": 41, "records": None}, {"schools": None, "records": "[]"}])
def test_after_it_other_schools_are_refused_with_the_way_out(options):
    with pytest.raises(StackError, match=r"40 generated schools.*portal reset"):
        choose(Choices(5000, 40, harvested=True), port=None, **options)


def test_after_it_the_same_records_are_fine_and_others_are_not():
    harvested = replace(choose(None, port=None, schools=None, records="[1]"), harvested=True)
    assert choose(harvested, port=None, schools=None, records="[1]") == harvested
    for options in ({"schools": None, "records": "[2]"}, {"schools": 3233, "records": None}):
        with pytest.raises(StackError, match=r"real school records"):
            choose(harvested, port=None, **options)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(StackError, match=r"--real .*missing.json: No such file"):
        read_records(tmp_path / "missing.json")


@pytest.mark.parametrize("content", [b"", b"[", '["São Paulo"]'.encode("latin-1")])
def test_a_file_of_something_else_is_told(tmp_path, content):
    path = tmp_path / "records.json"
    path.write_bytes(content)
    with pytest.raises(StackError, match=r"records.json is not JSON in UTF-8"):
        read_records(path)


def test_nothing_was_chosen_in_an_empty_folder(tmp_path):
    assert load_choices(tmp_path) is None
