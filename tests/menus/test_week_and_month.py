"""A school's week, month and printed sheet, and older publications, on CKAN's real app, through the edge."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from test_pages import page, text  # noqa: F401 (page is a fixture)

WEEK = "/en/cardapio/094617?semana=2026-W23"


def links(html):
    """Addresses of the page, with their parameters."""
    found = [urlsplit(url) for url in re.findall(r'href="([^"]*)"', html.replace("&amp;", "&"))]
    return [(url.path, {name: values[0] for name, values in parse_qs(url.query).items()}) for url in found]


def test_a_week_shows_each_day_with_its_menu_or_the_reason_why_it_has_none(page):  # noqa: F811
    words = text(page(WEEK))
    assert "Week of June 1 to June 5" in words
    assert "Arroz, feijão e frango" in words
    assert "No lessons: holiday (Corpus Christi)" in words
    assert "Prato de feriado" not in words
    assert "No menu was published for this day" in words  # Monday is over
    assert "The menu of this day is not published yet" in words
    assert "weekend" not in words


def test_a_week_opens_the_day_that_the_reader_came_for(page):  # noqa: F811
    assert re.findall(r'<details class="day" id="dia-([0-9-]+)" open>', page(WEEK)) == ["2026-06-02"]
    other = page("/en/cardapio/094617?semana=2026-W25")
    assert len(re.findall(r'<details class="day" id="[^"]*" open>', other)) == 5


def test_a_week_is_a_table_of_days_by_meals_for_each_age(page):  # noqa: F811
    html = page(WEEK)
    (table,) = re.findall(r'<table class="week-table">.*?</table>', html, re.DOTALL)
    assert table.count('scope="col"') == 6
    assert re.findall(r'<th scope="row">(.*?)</th>', table)
    assert 'aria-current="date"' in table
    assert f'rowspan="{table.count("scope=" + chr(34) + "row")}"' in table  # the holiday is one tall cell


def test_a_month_leads_to_each_of_its_days(page):  # noqa: F811
    html = page("/en/cardapio/094617?mes=2026-06")
    days = [query["data"] for _, query in links(html) if query.get("data", "").startswith("2026-06")]
    assert {f"2026-06-{day:02}" for day in range(1, 31)} <= set(days)
    words = text(html)
    assert "June 2026" in words
    assert "School closed: Falta de água" in words
    assert "No lessons: Recesso de julho" in words
    assert "Arroz, feijão e frango" in words


@pytest.mark.parametrize(
    ("query", "before", "after"),
    [
        ("semana=2026-W23", {"semana": "2026-W22"}, {"semana": "2026-W24"}),
        ("mes=2026-12", {"mes": "2026-11"}, {"mes": "2027-01"}),
        ("data=2026-06-02", {"data": "2026-06-01"}, {"data": "2026-06-03"}),
        ("data=2010-01-01", None, {"data": "2010-01-02"}),
        ("mes=2027-12", {"mes": "2027-11"}, None),
    ],
)
def test_each_view_leads_to_the_one_before_and_after(page, query, before, after):  # noqa: F811
    html = page(f"/en/cardapio/094617?{query}")
    for rel, expected in (("prev", before), ("next", after)):
        (nav,) = re.findall(r'<nav class="day-nav".*?</nav>', html, re.DOTALL)
        found = re.findall(rf'<a class="[a-z]+" rel="{rel}" href="([^"]*)"', nav)
        asked = [query for _, query in links("".join(f'href="{url}"' for url in found))]
        assert asked == ([expected] if expected else [])


def test_what_was_asked_for_stays_from_page_to_page(page):  # noqa: F811
    html = page("/en/cardapio/094617?data=2026-06-02&refeicao=l4-lanche-4-horas")
    assert "Leite com chocolate" in text(html)
    assert "Arroz" not in text(html)
    tabs = re.search(r'<nav class="tabs".*?</nav>', html, re.DOTALL).group()
    assert [query["refeicao"] for _, query in links(tabs)] == ["l4-lanche-4-horas"] * 4
    week = page("/en/cardapio/094617?semana=2026-W23&refeicao=l4-lanche-4-horas")
    assert "Leite com chocolate" in text(week)
    assert "Arroz" not in text(week)
    assert any(path.endswith("/imprimir") and query["refeicao"] for path, query in links(week))


def test_of_several_periods_the_narrowest_counts(page):  # noqa: F811
    words = text(page("/en/cardapio/094617?mes=2026-01&semana=2026-W10&data=2026-06-03"))
    assert "Tomorrow, Wednesday, 3 June" in words


@pytest.mark.parametrize(
    "query",
    [
        "semana=2026-W54",
        "semana=<script>",
        "mes=2026-13",
        "mes=9999-01",
        "versao=gestern",
        "versao=2026-06-01",
        "semana=2009-W52",
    ],
)
def test_an_address_that_names_nothing_says_how_to_write_it(page, query):  # noqa: F811
    words = text(page(f"/en/cardapio/094617?{query}", 400))
    assert query.partition("=")[0] in words
    assert "a week like 2026-W10" in words


def test_a_short_code_leads_to_the_same_week(app, network):
    answer = app.get("/cardapio/86?semana=2026-W23&idade=g-4-a-6-anos&utm_source=x", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/cardapio/000086?idade=g-4-a-6-anos&semana=2026-W23")


def test_a_week_across_the_turn_of_the_year(page):  # noqa: F811
    words = text(page("/en/cardapio/094617?semana=2026-W53"))
    assert "Week of December 28 to January 1, 2027" in words
    assert "Friday, 1 January 2027" in words
    assert "Thursday, 31 December 2026" not in words


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("data=2025-06-03", "<h2>Terça-feira, 3 de junho de 2025</h2>"),
        ("data=2025-06-01", "<h2>Domingo, 1º de junho de 2025</h2>"),
        ("semana=2025-W23", "2 de junho a 6 de junho de 2025</h2>"),
        ("data=2026-06-03", ", 3 de junho</h2>"),
        ("semana=2026-W23", "1º de junho a 5 de junho</h2>"),
    ],
)
def test_a_year_is_named_where_it_is_not_this_one(page, query, says):  # noqa: F811
    assert says in page(f"/cardapio/094617?{query}")


def test_the_days_of_a_month_leave_the_year_to_its_title(page):  # noqa: F811
    html = page("/en/cardapio/094617?mes=2025-06")
    assert "<h2>June 2025</h2>" in html
    assert "Tuesday, 3 June<" in html


# -- on paper


def test_the_printed_week_has_a_sheet_an_age_with_the_way_back(page):  # noqa: F811
    html = page("/en/cardapio/094617/imprimir?semana=2026-W23")
    assert html.count('class="sheet"') == html.count('class="week-table"') == 1
    assert "<svg" in html
    assert "/en/cardapio/094617?semana=2026-W23" in html
    words = text(html)
    for expected in ("EMEF Professor Antônio Pacheco e Silva", "Week of June 1 to June 5", "Arroz, feijão e frango",
                     "No lessons: holiday (Corpus Christi)", "Allergens: not informed"):  # fmt: skip
        assert expected in words


def test_the_printed_week_is_that_of_the_opening_day_unless_another_is_asked_for(page):  # noqa: F811
    assert "June 1 to June 5" in text(page("/en/cardapio/094617/imprimir"))
    assert "June 1 to June 5" in text(page("/en/cardapio/094617/imprimir?mes=2026-06"))


def test_the_printed_week_has_large_letters_on_request(page):  # noqa: F811
    assert '<body class="large">' in page("/cardapio/094617/imprimir?semana=2026-W23&letra=grande")
    assert "<body>" in page("/cardapio/094617/imprimir?semana=2026-W23&letra=<script>alert(1)</script>")


def test_a_printed_week_without_menus_says_why(page):  # noqa: F811
    html = page("/en/cardapio/400001/imprimir?semana=2026-W23")
    assert "No menu is planned for this school on this day" in text(html)


@pytest.mark.parametrize(
    ("path", "status"), [("/cardapio/999999/imprimir", 404), ("/cardapio/094617/imprimir?semana=x", 400)]
)
def test_what_can_not_be_printed(page, path, status):  # noqa: F811
    page(path, status)
