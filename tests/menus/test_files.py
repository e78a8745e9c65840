"""Style sheets and scripts of the family pages come from the edge, with the release in their tag."""

from pathlib import Path

import pytest

import ckanext.patiodigital

PUBLIC = Path(ckanext.patiodigital.__file__).parent / "public" / "patiodigital"


@pytest.mark.parametrize("name", ["family.css", "family.js", "logo.svg"])
def test_a_file_is_a_public_answer(app, name):
    answer = app.get(f"/patiodigital/{name}?v=1")
    assert answer.data == (PUBLIC / name).read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=3, must-revalidate"
    assert answer.headers["Vary"] == "Accept-Encoding"
    again = app.get(f"/patiodigital/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_no_file_is_left_to_the_portal(app):
    assert app.get("/patiodigital/health").headers["Cache-Control"] == "no-store"
    assert app.get("/patiodigital/none.css", status=404).status_code == 404
