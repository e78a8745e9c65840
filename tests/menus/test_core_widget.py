"""What an address may ask of a widget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.core.queries import BadQueryError
from ckanext.patiodigital.menus.core.widget import PARAMS, WidgetOptions, parse_widget_options


class Known:
    def codes(self, scheme):
        return {"age_bands": {"g-4-a-6-anos"}, "meals": {"a-almoco"}}[scheme]


def parse(**args):
    return parse_widget_options({name: [value] for name, value in args.items()}, Known())


def test_an_address_without_choices_shows_one_day_of_everything():
    assert parse() == parse(idade="", dias="") == WidgetOptions()
    assert WidgetOptions().query() == {}


def test_each_choice_is_read_and_written_again():
    asked = {"idade": "g-4-a-6-anos", "refeicao": "a-almoco", "dias": "5", "tema": "escuro"}
    options = parse(**asked)
    assert options == WidgetOptions(age="g-4-a-6-anos", meal="a-almoco", days=5, theme="escuro")
    assert options.query() == asked


def test_a_campaigns_tag_says_nothing():
    assert parse(utm_source="x") == WidgetOptions()


@pytest.mark.parametrize(
    ("name", "value"),
    [("dias", "0"), ("dias", "6"), ("dias", "05"), ("dias", "٣"), ("dias", "1.0"), ("dias", "-1"), ("tema", "CLARO"),
     ("tema", "light dark"), ("idade", "a-almoco"), ("refeicao", "g-4-a-6-anos"), ("idade", "g-4-a-6-anos,")],
)  # fmt: skip
def test_anything_else_is_a_fault_of_its_parameter(name, value):
    with pytest.raises(BadQueryError) as caught:
        parse(**{name: value})
    assert [fault.param for fault in caught.value.faults] == [name]


def test_all_faults_are_found_at_once():
    with pytest.raises(BadQueryError) as caught:
        parse_widget_options({"dias": ["1", "2"], "tema": ["x"], "idade": [""]}, Known())
    assert {fault.param for fault in caught.value.faults} == {"dias", "tema"}


@given(st.dictionaries(st.sampled_from(PARAMS), st.lists(st.text(), max_size=3)))
def test_whatever_is_asked_is_options_or_faults_that_repeat_nothing(args):
    try:
        options = parse_widget_options(args, Known())
    except BadQueryError as error:
        options, faults = None, error.faults
    if options is None:
        assert {fault.param for fault in faults} <= set(args)
        assert len({fault.reason for fault in faults}) == 1
    else:
        assert parse_widget_options({name: [value] for name, value in options.query().items()}, Known()) == options
