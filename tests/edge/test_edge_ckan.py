"""The edge in front of CKAN itself: outside of what strips the language, and of what rewrites the headers."""

import pytest
from ckan.common import session
from ckan.lib import base
from ckan.plugins import SingletonPlugin, implements
from ckan.plugins.interfaces import IBlueprint
from flask import Blueprint, Response, request

from ckanext.patiodigital.edge.core.layer import VERSION_KEY, Edge
from ckanext.patiodigital.edge.core.route import PublicRoute, Version
from ckanext.patiodigital.edge.interfaces import IPublicRoutes
from ckanext.patiodigital.edge.middleware import release_digest

PUBLIC = "public, max-age=0, s-maxage=3, must-revalidate"


class Probe(SingletonPlugin):
    """A room with one public path that does all that an answer to everybody should not."""

    implements(IBlueprint)
    implements(IPublicRoutes)

    asked = 0

    def get_blueprint(self):
        blueprint = Blueprint("probe", __name__)
        blueprint.add_url_rule("/probe", view_func=self.show)
        blueprint.add_url_rule("/probe/page", view_func=lambda: base.render("home/about.html"))
        return blueprint

    def get_public_routes(self):
        return [PublicRoute("/probe", lambda: Version("v1"), cors=True)]

    @classmethod
    def show(cls):
        cls.asked += 1
        session["seen"] = "by one reader"
        lang, cookies = request.environ["CKAN_LANG"], sorted(request.cookies)
        return Response(f"{lang} {cookies} {request.host_url} {request.environ[VERSION_KEY]}")


@pytest.fixture
def probed(provide_plugin, ckan_config, monkeypatch, request):
    """CKAN with the probe beside the portal's own plugins."""
    provide_plugin("edge_probe", Probe)
    monkeypatch.setitem(ckan_config, "ckan.plugins", [*ckan_config["ckan.plugins"], "edge_probe"])
    monkeypatch.setattr(Probe, "asked", 0)
    request.getfixturevalue("with_plugins")
    return request.getfixturevalue("make_app")()


def test_the_edge_is_the_outermost_layer_and_flask_stays_flask(probed):
    assert isinstance(probed.flask_app.wsgi_app, Edge)
    assert probed.flask_app.test_client() is not None


def test_one_answer_for_all_whatever_the_cookie(probed):
    first = probed.get("/probe")
    again = probed.get("/probe", headers={"Cookie": "ckan=abc"})
    assert first.body == again.body == "pt_BR [] http://test.ckan.net/ v1"
    assert Probe.asked == 1
    assert first.headers["Cache-Control"] == PUBLIC
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in first.headers
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_the_language_prefix_reaches_ckan(probed):
    assert probed.get("/en/probe").body.startswith("en ")
    assert probed.get("/es/probe").body.startswith("es ")


def test_not_modified(probed):
    etag = probed.get("/probe").headers["ETag"]
    assert probed.get("/probe", headers={"If-None-Match": etag}).status_code == 304


def test_a_rendered_page_leaves_no_session(probed):
    page = probed.get("/probe/page")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == PUBLIC


def test_ckans_own_pages_are_as_before(probed):
    about = probed.get("/about")
    assert about.headers["Cache-Control"] != PUBLIC
    assert "Cookie" in about.headers["Vary"]
    assert "ETag" not in about.headers


def test_the_release_names_code_and_settings(tmp_path, monkeypatch):
    monkeypatch.setattr("ckanext.patiodigital.edge.middleware.PACKAGE", tmp_path)
    (tmp_path / "page.html").write_text("a")
    first = release_digest({"ckan.site_title": "Pátio"})
    assert release_digest({"ckan.site_title": "Pátio"}) == first
    assert release_digest({"ckan.site_title": "Outro"}) != first
    (tmp_path / "page.html").write_text("b")
    assert release_digest({"ckan.site_title": "Pátio"}) != first
