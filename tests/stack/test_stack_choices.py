from __future__ import annotations

import pytest

from stack.choices import Choices, choose, load_choices
from stack.console import StackError


def test_the_first_time_defaults_fill_in():
    assert choose(None, port=None, schools=None, real=None) == Choices(5000, 3233, None)


def test_later_what_was_chosen_stays_and_the_port_may_change(tmp_path):
    Choices(6000, 40).save(tmp_path)
    before = load_choices(tmp_path)
    assert choose(before, port=None, schools=None, real=None) == Choices(6000, 40)
    assert choose(before, port=7000, schools=40, real=None) == Choices(7000, 40)


def test_other_schools_are_refused_with_the_way_out(tmp_path):
    records = tmp_path / "records.json"
    records.write_text("[]")
    for options in ({"schools": 41, "real": None}, {"schools": None, "real": records}):
        with pytest.raises(StackError, match=r"40 generated schools.*portal reset"):
            choose(Choices(5000, 40), port=None, **options)


def test_the_same_file_again_is_fine_and_another_is_not(tmp_path):
    records = tmp_path / "records.json"
    records.write_text("[1]")
    chosen = choose(None, port=None, schools=None, real=records)
    assert chosen.real_sha256
    assert choose(chosen, port=None, schools=None, real=records) == chosen
    records.write_text("[2]")
    with pytest.raises(StackError, match=r"real school records"):
        choose(chosen, port=None, schools=None, real=records)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(StackError, match=r"--real .*missing.json: No such file"):
        choose(None, port=None, schools=None, real=tmp_path / "missing.json")


def test_nothing_was_chosen_in_an_empty_folder(tmp_path):
    assert load_choices(tmp_path) is None
