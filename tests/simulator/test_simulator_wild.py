"""Whatever is asked, the department answers: with JSON, a page, or the 500 of the real service."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Department
from simulator.answers import Request
from simulator.plan import clean_code
from simulator.routes import answer

# On the third day of the records there are few menus, so that a question without limits is cheap.
DEPARTMENT = Department(schools=30, seed=1, today=date(2017, 12, 20))
PATHS = (
    "/escolas",
    "/escola/213",
    "/escola/213/cardapios/",
    "/cardapios/",
    "/cardapios/20171218",
    "/editor/cardapios",
    "/v2/editor/escolas",
    "/editor/escolas_editais",
    "/editor/escolas_editais/213",
    "/editor/unidades_especiais",
    "/editor/cardapios-unidade-especial/",
    "/editor/vigencias_tipo_alimentacao",
)
ARGUMENTS = (
    "nome",
    "limit",
    "page",
    "raw",
    "idade",
    "status",
    "agrupamento",
    "tipo_unidade",
    "tipo_atendimento",
    "data_inicial",
    "data_final",
    "unidade",
    "inicio",
    "fim",
)
# No stars and pluses: `nome` is a regular expression there too, and a catastrophic one would take for ever.
VALUES = st.text(alphabet="0123456789aÃ -_.([{\\?%&=;'\"<>\x00\n", max_size=12) | st.sampled_from(
    ["20171218", "-1", "0"]
)


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(PATHS) | st.text(max_size=30).map("/".__add__),
    arguments=st.lists(st.tuples(st.sampled_from(ARGUMENTS), VALUES), max_size=5),
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "PUT"]),
)
def test_every_request_has_an_answer(path, arguments, method):
    query = "&".join(f"{name}={value}" for name, value in arguments)
    reply = answer(DEPARTMENT, Request(method, path, query, {"key": "k"}))
    assert reply.status in {200, 308, 400, 401, 404, 405, 500}
    body = reply.body()
    if reply.content_type == "application/json" and method == "GET":
        json.loads(body)


@given(st.text())
def test_cleaning_a_code_once_is_enough(raw):
    assert clean_code(clean_code(raw)) == clean_code(raw)
