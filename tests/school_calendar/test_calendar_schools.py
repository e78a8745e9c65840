"""Which school an editor means, and which schools an entry is about."""

import pytest

from ckanext.patiodigital.school_calendar.core.schools import School, in_scope, meant

SCHOOLS = [
    School("094617", "EMEF PROF. ANTONIO PACHECO E SILVA", "108100"),
    School("000086", "EMEI PAULO CAMILHIER FLORENÇANO", "108500"),
    School("019283", "EMEF JOÃO XXIII", "108100"),
    School("019284", "EMEF JOÃO XXIII - ANEXO", "108100"),
    School("400001", "CEI SEM DRE", None),
]


@pytest.mark.parametrize(
    ("text", "eols"),
    [
        ("86", ["000086"]),
        (" 000086 ", ["000086"]),
        ("999999", []),
        ("antonio pacheco", ["094617"]),
        ("Professor Antônio Pacheco", ["094617"]),
        ("florencano", ["000086"]),
        ("emef joao 23", ["019283"]),
        ("joao 23", ["019283", "019284"]),
        ("joao", ["019283", "019284"]),
        ("pacheco florençano", []),
        ("", []),
        ("—", []),
        ("x" * 10_000, []),
    ],
)
def test_code_or_words_of_the_name(text, eols):
    assert [school.eol for school in meant(text, SCHOOLS)] == eols


def test_schools_of_a_scope():
    assert len(in_scope("network", SCHOOLS)) == 5
    assert [school.eol for school in in_scope("dre:108100", SCHOOLS)] == ["094617", "019283", "019284"]
    assert [school.eol for school in in_scope("eol:000086", SCHOOLS)] == ["000086"]
