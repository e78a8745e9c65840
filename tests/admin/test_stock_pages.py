"""Installing the extension changes no stock page: CKAN with its plugins beside CKAN without them, byte by byte."""

import re

import ckan.plugins as p
import pytest
from ckan.tests import factories

#: What a portal may have had before; not structured_data, which names things anew on each visit.
OTHERS = ["harvest", "dcat", "datastore", "datatables_view", "text_view", "activity"]
OURS = ["patiodigital", "patiodigital_menus", "prato_aberto_harvester"]
#: What differs from one request to the next.
_FRESH = re.compile(r'(?<=name="_csrf_token" content=")[^"]*|(?<=name="_csrf_token" value=")[^"]*')


@pytest.fixture
def pages(clean_db, clean_index, ckan_config, monkeypatch, make_app):
    """Give the function from plugins to what a visitor then gets: ``{path: (status, headers, page)}``."""
    p.unload_all()
    monkeypatch.setitem(ckan_config, "ckan.plugins", OTHERS)
    p.load_all()
    organization = factories.Organization(name="an-organization")
    dataset = factories.Dataset(name="a-dataset", title="Merenda", owner_org=organization["id"])
    factories.Resource(package_id=dataset["id"], format="CSV", url="http://example.org/a.csv")
    paths = ["/", "/dataset/", "/about", "/organization/", "/dataset/?q=merenda", "/dataset/a-dataset", "/en/dataset/"]

    def visit(plugins):
        p.unload_all()
        ckan_config["ckan.plugins"] = plugins
        p.load_all()
        app = make_app()
        answers = {path: app.get(path) for path in paths}
        return {
            path: (answer.status, _lasting(answer.headers), _FRESH.sub("", answer.body))
            for path, answer in answers.items()
        }

    yield visit
    p.unload_all()


def _lasting(headers):
    return {name: value for name, value in headers.items() if name not in {"Date", "Set-Cookie", "Content-Length"}}


def test_no_stock_page_changes_until_the_theme_is_switched_on(pages):
    stock = pages(OTHERS)
    assert pages([*OURS, *OTHERS]) == stock
    themed = pages(["patiodigital_theme", *OURS, *OTHERS])
    assert all(themed[path] != stock[path] for path in stock)  # so the comparison can fail
