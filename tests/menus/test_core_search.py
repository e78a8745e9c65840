"""School search and nearest schools."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from menus_core_examples import ExampleVocabularies, school

from ckanext.patiodigital.menus.core.queries import SchoolsQuery
from ckanext.patiodigital.menus.core.search import SchoolIndex
from ckanext.patiodigital.menus.core.sphere import EARTH_RADIUS_M, metres, point

SCHOOLS = [
    school("000086", "EMEI Professor Antônio Pacheco e Silva", neighbourhood="JD. PAULO VI", dre="108100"),
    school("000094", "EMEF João XXIII", "emef", neighbourhood="JD. JOÃO XXIII", inep="35000094"),
    school("300001", "CEI Conveniado João XXIII", "cei-conveniado", neighbourhood="LAJEADO"),
    school("300002", "EMEF Papa João Paulo II", "emef", neighbourhood="PENHA"),
    school("300003", "CEI Municipal Jardim São Luiz I", "cei-municipal", neighbourhood="JD. SÃO LUIZ"),
    school("300004", "EMEI Lua Cheia", neighbourhood="JD. SÃO LUIZ", lat=-23.65, lon=-46.73),
    school("300005", "EMEF Almirante Sylvio Thompson", "emef", dre="108600", lat=-23.66, lon=-46.73),
    school("300006", "EMEI Professora Santa Borges", district="raposo-tavares", lat=-23.60, lon=-46.73),
    school("300007", "CEI Conveniado Arco Íris", "cei-conveniado", neighbourhood="VL. SOL"),
    school("300009", "CEI Conveniado Estrela", "cei-conveniado", neighbourhood="PENHA"),
    school("300008", "CEI Conveniado Estrela", "cei-conveniado", neighbourhood="VL. SOL"),
    school("300010", "EMEF M'Boi Mirim II", "emef"),
    school("300011", "EMEI Estrela Velha", status="closed"),
    school("300012", "EMEI 25 de Janeiro"),
    school("300013", "EMEF D. Pedro I", "emef"),
    *(school(f"4{number:05}", f"EMEI Flor do Campo {number}") for number in range(40)),
]
INDEX = SchoolIndex(SCHOOLS, ExampleVocabularies())


def found(q, **query):
    return [item.school.eol for item in INDEX.find(SchoolsQuery(q=q, **query)).items]


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("antonio pacheco", "000086"),
        ("pacheco antonio", "000086"),
        ("pacheko e siva", "000086"),
        ("emei antonio pacheco silva", "000086"),
        ("emef antonio pacheco", "000086"),
        ("antonio pach", "000086"),
        ("emef joao 23", "000094"),
        ("creche joao xxiii", "300001"),
        ("joao paulo 2", "300002"),
        ("jd sao luis", "300003"),
        ("JARDIM SÃO LUIZ 1", "300003"),
        ("prof. sta", "300006"),
        ("alm silvio tompson", "300005"),
        ("lua jd. são luis", "300004"),
        ("raposo tavares", "300006"),
        ("emef ipiranga", "300005"),
        ("arcoiris", "300007"),
        ("mboi mirim", "300010"),
        ("m boi mirim ii", "300010"),
        ("vinte e cinco de janeiro 25", "300012"),
        ("dom pedro", "300013"),
        ("jdsaoluiz", "300003"),
        ("luacheia", "300004"),
        ("estr ela pe nha", "300009"),
        ("bom dia, o almoço da lua cheia", "300004"),
        ("86", "000086"),
        ("00086", "000086"),
        ("000086", "000086"),
        ("EOL 86", "000086"),
        ("35000094", "000094"),
        ("300012", "300012"),
    ],
)
def test_the_right_school_comes_first(q, first):
    assert found(q)[:1] == [first]


def test_same_named_schools_are_all_kept_in_a_fixed_order():
    assert found("estrela") == ["300008", "300009"]
    assert found("estrela penha")[0] == "300009"


def test_closed_schools_are_not_found_but_known_by_code():
    assert "300011" not in found("estrela velha")
    assert INDEX.get("300011").status == "closed"
    assert INDEX.get("999999") is None


def test_every_word_met_comes_before_words_nearly_met():
    rows = [school("000001", "EMEI Aurora Rosa"), school("000002", "EMEI Aurora Roda")]
    items = SchoolIndex(rows, ExampleVocabularies()).find(SchoolsQuery(q="aurora roda")).items
    assert [item.school.eol for item in items] == ["000002", "000001"]


def test_filters_leave_only_what_they_ask_for():
    assert found("joao", school_type="emef") == ["000094", "300002"]
    assert found("", dre="108100") == ["000086"]


def test_blank_query_pages_through_every_active_school_by_name():
    pages = [INDEX.find(SchoolsQuery(q=" ", limit=10, offset=offset)) for offset in range(0, 60, 10)]
    names = [item.school.name for page in pages for item in page.items]
    assert len(names) == len(set(names)) + 1 == len(INDEX) == pages[0].total  # one name is a twin's
    assert names[0].startswith("CEI Conveniado")


def test_nothing_found_offers_the_nearest_names():
    result = INDEX.find(SchoolsQuery(q="strl"))
    assert (result.items, result.total) == ([], 0)
    assert [school.eol for school in result.nearest] == ["300008", "300009"]
    only = INDEX.find(SchoolsQuery(q="strl", school_type="emef")).nearest
    assert {school.school_type for school in only} == {"emef"}
    assert len(INDEX.find(SchoolsQuery(q="qwrtyp")).nearest) == 5


@pytest.mark.parametrize("q", ["emef zzzz", "emei xyzzy qwerty"])
def test_the_nearest_names_are_of_the_kind_that_was_written(q):
    assert INDEX.find(SchoolsQuery(q=q)).nearest[0].school_type == q[:4]


@pytest.mark.parametrize("q", ["!!!", "999999", "dre 108700", "مدرسة"])
def test_no_names_are_near_to_figures_and_other_scripts(q):
    result = INDEX.find(SchoolsQuery(q=q))
    assert (result.items, result.nearest) == ([], [])


SACOMA = [
    school("000001", "CEMEI Sacomã II", "cemei"),
    school("000002", "EMEF Pedro Lima", "emef", neighbourhood="SACOMÃ"),
    school("000003", "EMEF Rui Matos", "emef", neighbourhood="SACOMÃ"),
    school("000004", "EMEI Ana Prado", neighbourhood="SACOMÃ"),
    *(school(f"1{number:05}", f"EMEF Longe {number}", "emef") for number in range(10)),
]


@pytest.mark.parametrize(
    ("q", "order"),
    [
        ("emef sacomã", ["000002", "000003", "000001"]),
        ("emei sacoma", ["000004", "000001"]),
        ("cemei sacoma", ["000001"]),
        ("sacoma", ["000001"]),
        ("cci sacoma", ["000001"]),
    ],
)
def test_a_kind_that_is_written_out_comes_before_one_that_resembles_it(q, order):
    result = SchoolIndex(SACOMA, ExampleVocabularies()).find(SchoolsQuery(q=q))
    assert [item.school.eol for item in result.items][: len(order)] == order


def test_a_whole_name_comes_first_also_with_the_wrong_kind():
    index = SchoolIndex([*SACOMA, school("000009", "CEI Sacomã", "cei-municipal")], ExampleVocabularies())
    assert index.find(SchoolsQuery(q="emef sacoma")).items[0].school.eol == "000009"


BOARDED = SchoolIndex(
    [
        school("000001", "EMEI Butantã", dre="108600"),
        school("000002", "EMEI Sol", dre="108100"),
        school("000003", "EMEI Lua", dre="108100"),
        school("000004", "EMEI Mar", neighbourhood="BUTANTÃ"),
    ],
    ExampleVocabularies(),
)


@pytest.mark.parametrize(
    ("q", "order"),
    [
        ("dre butanta", ["000003", "000002", "000001", "000004"]),
        ("Diretoria Regional de Educação Butantã", ["000003", "000002", "000001", "000004"]),
        ("butanta", ["000001"]),
        ("108100", ["000003", "000002"]),
        ("DRE 108100", ["000003", "000002"]),
        ("sol dre butanta", ["000002"]),
    ],
)
def test_who_asks_for_a_board_gets_its_schools_first(q, order):
    result = BOARDED.find(SchoolsQuery(q=q))
    assert [item.school.eol for item in result.items][: len(order)] == order


def test_a_board_asked_for_keeps_to_the_filters():
    result = BOARDED.find(SchoolsQuery(q="dre butanta", dre="108600"))
    assert [item.school.eol for item in result.items] == ["000001"]


def test_where_no_school_has_a_board_its_name_is_a_place_and_its_code_nobodys():
    index = SchoolIndex([school("000004", "EMEI Mar", neighbourhood="BUTANTÃ")], ExampleVocabularies())
    assert [item.school.eol for item in index.find(SchoolsQuery(q="dre butanta")).items] == ["000004"]
    assert index.find(SchoolsQuery(q="108100")).total == 0


def test_says_how_a_query_was_understood():
    assert INDEX.find(SchoolsQuery(q="JD. São Luís II")).interpreted == "jardim sao luis 2"


@pytest.mark.parametrize(
    "q",
    [
        "!!!",
        "\x00\x01\x02",
        "' OR 1=1 --",
        "name:[* TO *] AND foo~2",
        "a " * 5000,
        "x" * 10_000,
        "\N{SCHOOL}",
        "\u202e\u0645\u062f\u0631\u0633\u0629",
    ],
)
def test_hostile_queries_get_an_ordinary_answer(q):
    result = INDEX.find(SchoolsQuery(q=q))
    assert result.total >= len(result.items)


@given(st.text())
def test_search_never_raises_and_counts_right(q):
    whole = INDEX.find(SchoolsQuery(q=q, limit=1000))
    assert len(whole.items) == whole.total
    assert len({item.school.eol for item in whole.items}) == whole.total
    assert not (whole.nearest and whole.items)


@given(st.sampled_from([row for row in SCHOOLS if row.status == "active"]))
def test_every_school_is_found_by_its_name_and_by_its_code(row):
    assert row.name in [INDEX.get(eol).name for eol in found(row.name)[:1]]
    assert found(row.eol.lstrip("0"))[0] == row.eol


def test_index_of_no_schools_and_of_names_without_words():
    assert SchoolIndex([], ExampleVocabularies()).find(SchoolsQuery(q="emei")).total == 0
    index = SchoolIndex([school("000001", "***")], ExampleVocabularies())
    assert index.find(SchoolsQuery(q="emei")).total == 1


def test_nearest_first_without_schools_of_unknown_place():
    result = INDEX.find(SchoolsQuery(near=(-23.66, -46.73)))
    assert [(item.school.eol, item.distance_m) for item in result.items] == [
        ("300005", 0),
        ("300004", 1112),
        ("300006", 6672),
    ]


def test_near_within_a_radius_and_together_with_words():
    assert found("", near=(-23.66, -46.73), radius_m=2000) == ["300005", "300004"]
    assert found("emei", near=(-23.66, -46.73)) == ["300004", "300006"]
    assert found("", near=(-23.66, -46.73), limit=1, offset=1) == ["300004"]


DEGREES = st.tuples(st.floats(-23.9, -23.4), st.floats(-46.8, -46.4))


@given(st.lists(DEGREES, max_size=30), DEGREES, st.floats(1, 50_000))
def test_near_is_what_measuring_each_by_itself_gives(places, near, radius):
    rows = [
        school(f"{number:06}", f"EMEI {'AB'[number % 2]}", lat=lat, lon=lon) for number, (lat, lon) in enumerate(places)
    ]
    items = SchoolIndex(rows, ExampleVocabularies()).find(SchoolsQuery(near=near, radius_m=radius, limit=30)).items
    assert [item.distance_m for item in items] == sorted(item.distance_m for item in items)
    for item in items:
        assert item.distance_m == pytest.approx(_haversine_m(near, (item.school.lat, item.school.lon)), abs=0.6)
    left_out = {row.eol for row in rows} - {item.school.eol for item in items}
    assert all(_haversine_m(near, places[int(eol)]) > radius - 0.1 for eol in left_out)


def test_at_one_distance_schools_stand_by_name_then_by_code():
    rows = [
        school(eol, name, lat=-23.5, lon=-46.6) for eol, name in (("3", "EMEI B"), ("2", "EMEI A"), ("1", "EMEI B"))
    ]
    items = SchoolIndex(rows, ExampleVocabularies()).find(SchoolsQuery(near=(-23.5, -46.6))).items
    assert [(item.school.eol, item.distance_m) for item in items] == [("2", 0), ("1", 0), ("3", 0)]


def test_five_thousand_schools_within_a_radius_are_paged():
    rows = [school(f"{number:06}", lat=-23.5 - number / 1e6, lon=-46.6) for number in range(5_000)]
    index = SchoolIndex(rows, ExampleVocabularies())
    query = {"near": (-23.5, -46.6), "radius_m": 5_000, "limit": 100}
    pages = [index.find(SchoolsQuery(offset=offset, **query)) for offset in range(0, 5_000, 100)]
    assert [item.school.eol for page in pages for item in page.items] == [row.eol for row in rows]
    assert {page.total for page in pages} == {5_000}


def _haversine_m(one, other):
    (lat, lon), (other_lat, other_lon) = one, other
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half_chord = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half_chord))


def test_distances_across_the_globe():
    assert metres(point(0, 0), point(0, 180)) == pytest.approx(20_015_000, rel=1e-3)
    assert metres(point(90, 0), point(-90, 77)) == pytest.approx(20_015_000, rel=1e-3)
    assert metres(point(-23.5505, -46.6333), point(-22.9068, -43.1729)) == pytest.approx(360_700, rel=5e-3)
    assert metres(point(-23.55, 180), point(-23.55, -180)) == pytest.approx(0, abs=0.001)
