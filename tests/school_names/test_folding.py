"""The fold of names and queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.school_names.folding import MAX_TEXT, fold, sound_key, strip_management, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("JD. SÃO LUÍS", "jardim sao luis"),
        ("jd sao luis", "jardim sao luis"),
        ("EMEF JOÃO XXIII - (MIST)", "emef joao 23"),
        ("emef Joao 23", "emef joao 23"),
        ("EMEI ALM. TAMANDARÉ - (TERCEI.)", "emei almirante tamandare"),
        ("CEI CONV.SANTA RITA (TERC)", "cei conveniado santa rita"),
        ("PROFª. ANA", "professora ana"),
        ("STO. DIAS / STA. INÊS", "santo dias santa ines"),
        ("CONJ. HAB. ÁGUA RASA", "conjunto habitacional agua rasa"),
        ("SETE DE SETEMBRO", "7 de setembro"),
        ("LUZ DO 3º MILÊNIO", "luz do 3 milenio"),
        ("XIV, IV e IX", "14 4 e 9"),
        ("vinte e três de maio", "23 de maio"),
        ("TRINTA E UM", "31"),
        ("vinte e poucos", "20 e poucos"),
        ("1ª e segunda estação", "1 e 2 estacao"),
        ("000086", "86"),
        ("escola municipal de educação infantil Sol", "emei sol"),
        ("PE. JOSÉ", "padre jose"),
        ("pé de moleque", "pe de moleque"),
        ("M'BOI - MIRIM", "m boi mirim"),
        ("CID FRANCO", "cid franco"),
        ("\x00\t!!! ''", ""),
        ("", ""),
    ],
)
def test_folds(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("D. PEDRO", "dom"),
        ("D. ANA", "dona"),
        ("PROF. SOUZA", "professora"),
        ("S. AMARO", "santo"),
        ("N. SRA.", "nossa"),
        ("MONJOLO I", "1"),
        ("MONJOLO I", "i"),
        ("XXIII", "xxiii"),
        ("JD.", "jd"),
        ("pe juan", "padre"),
        ("creche", "cei"),
    ],
)
def test_ambiguous_words_keep_every_meaning(written, reading):
    assert any(reading in word.readings for word in words(written))


def test_single_letters_are_never_turned_into_numbers_for_good():
    assert fold("D C M L X V I") == "d c m l x v i"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sylvio", "silvio"),
        ("thereza", "tereza"),
        ("luiz", "luis"),
        ("souza", "sousa"),
        ("mello", "melo"),
        ("wilma", "vilma"),
        ("chaves", "xavez"),
        ("geraldo", "jeraldo"),
        ("cecilia", "sesilia"),
        ("helio", "elio"),
        ("philomena", "filomena"),
        ("nascimento", "nasimento"),
        ("quirino", "kirino"),
    ],
)
def test_spellings_of_one_sound_meet(one, other):
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(("one", "other"), [("maria", "mario"), ("casa", "caça"), ("lima", "linha")])
def test_other_sounds_do_not_meet(one, other):
    assert sound_key(fold(one)) != sound_key(fold(other)) or fold(one) == fold(other)


@pytest.mark.parametrize("suffix", ["- (TERCEI.)", "(TERC)", "(TERC.)", " - (MIST)", "(DIRETA)", "(terc)."])
def test_contract_noise_goes(suffix):
    assert strip_management(f"EMEI SOL {suffix}") == "EMEI SOL"


def test_other_brackets_stay():
    assert strip_management("EMEF LUA (JD. SOL) - (MIST)") == "EMEF LUA (JD. SOL)"


@given(st.text())
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="ivxIVX.ºª'-() abdejnprstuz"))
def test_fold_is_idempotent_on_text_like_names(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(min_size=MAX_TEXT, max_size=MAX_TEXT), st.text())
def test_fold_looks_at_a_bounded_part(text, rest):
    assert fold(text + rest) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1))
def test_every_word_has_a_sound(word):
    assert sound_key(word)
