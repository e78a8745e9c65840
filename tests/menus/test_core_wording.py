"""Dishes in words to read."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.menus.core.wording import readable_dish


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("ARROZ, FEIJÃO", "Arroz, feijão"),
        (
            "LEITE MATERNO OU FÓRMULA LÁCTEA INFANTIL (2º SEMESTRE)",
            "Leite materno ou fórmula láctea infantil (2º semestre)",
        ),
        ("LEITE MATERNO (1ª FASE)", "Leite materno (1ª fase)"),
        ("*ABÓBORA", "*Abóbora"),
        ("2 OVOS", "2 ovos"),
        ("PÃO c/ MANTEIGA", "Pão c/ manteiga"),
        ("BEBIDA LÁCTEA UHT SABOR CHOCOLATE - AF", "Bebida láctea UHT sabor chocolate - AF"),
        ("UHT", "UHT"),
        ("Arroz com NAN", "Arroz com NAN"),
        ("arroz", "arroz"),
        ("6º", "6º"),
        ("", ""),
    ],
)
def test_what_is_shouted_is_a_sentence(written, shown):
    assert readable_dish(written) == shown


@given(st.text() | st.text(alphabet="AÇÃO É2º()/- abÎİßΣ"))
def test_nothing_but_the_case_of_letters_changes(dish):
    assert readable_dish(dish).casefold() == dish.casefold()


@given(st.text(alphabet="ARÇÃOÉS2ºª()., -"))
def test_no_word_of_a_shouted_dish_stays_in_capitals(dish):
    shown = readable_dish(dish)
    assert readable_dish(shown) == shown
    assert [category(character) for character in shown].count("Lu") <= 1
