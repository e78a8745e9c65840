"""Readable names of schools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.patiodigital.school_names.display import display_name
from ckanext.patiodigital.school_names.folding import fold


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("EMEI PROF. ANTÔNIO DA SILVA - (TERCEI.)", "EMEI Professor Antônio da Silva"),
        ("EMEI PROF. BEATRIZ DA LUZ (MIST)", "EMEI Prof. Beatriz da Luz"),
        ("EMEF PROF. ROSÁRIO LIMA", "EMEF Prof. Rosário Lima"),
        ("EMEF PROFA. ANA E. LIMA - JD. SOL II", "EMEF Professora Ana E. Lima - Jardim Sol II"),
        ("CEI CONV. N. SRA. DA PAZ", "CEI Conveniado Nossa Senhora da Paz"),
        ("CEI CONV. A MÃO AMIGA", "CEI Conveniado A Mão Amiga"),
        ("CEI CONV.SANTA  RITA", "CEI Conveniado Santa Rita"),
        ("EMEF-MARIA LIMA, PROFA. (TERC)", "EMEF Maria Lima, Professora"),
        ("CEU EMEF ÁGUA - DEP. DR. JOSÉ D´ÁVILA", "CEU EMEF Água - Dep. Dr. José D'Ávila"),
        ("EMEF M' BOI MIRIM", "EMEF M'Boi Mirim"),
        ("EMEI D. PEDRO I", "EMEI D. Pedro I"),
        ("CEI MUN. JD. LUZ 1/3 - (MIST)", "CEI Municipal Jardim Luz 1/3"),
        ("CLI LEITE SUL -CTC AMARO", "CLI Leite Sul - CTC Amaro"),
        ("EMEF ENG. VALDIR CID", "EMEF Eng. Valdir Cid"),
        ("CEI CONV. ESTRELA DO CÉU", "CEI Conveniado Estrela do Céu"),
        ("CEI CONV. CDHU JACUI A", "CEI Conveniado Cdhu Jacui A"),
        ("JD. TABOÃO", "Jardim Taboão"),
        ("JD.9 DE JULHO", "Jardim 9 de Julho"),
        ("JD.N.SRA. DO Ó", "Jardim Nossa Senhora do Ó"),
        ("Centro  de Educação (TERC)", "Centro de Educação"),
        ("", ""),
    ],
)
def test_names_become_readable(raw, shown):
    assert display_name(raw) == shown


@given(st.text(alphabet="ABÇÃÉIVX'.-ªº (),1EMCU"))
def test_shown_names_stay_as_they_are(raw):
    shown = display_name(raw)
    assert display_name(shown) == shown or not any(character.islower() for character in shown)


@given(st.lists(st.sampled_from(["EMEI", "JD.", "SÃO", "DE", "LUIZ", "XXIII", "PE.", "PROFA.", "I", "E"])))
def test_a_shown_name_is_found_by_the_same_words(pieces):
    raw = " ".join(pieces)
    assert fold(display_name(raw)) == fold(raw)
