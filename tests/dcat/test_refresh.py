"""The published shapes, fetched again."""

import shutil

import pytest

from ckanext.patiodigital.dcat import refresh


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(refresh._FOLDER, tmp_path / "shapes")


def published(folder):
    """What each repository has: what is in the folder."""
    by_path = {
        f"{repository}/{path}": (folder / name).read_bytes() for name, (repository, path) in refresh.SOURCES.items()
    }
    asked = []

    def fetch(address):
        asked.append(address)
        repository_and_ref, _, path = address.removeprefix("https://raw.githubusercontent.com/").partition("/v1/")
        return by_path[f"{repository_and_ref}/{path}"]

    return by_path, asked, fetch


def refs():
    return {repository: "v1" for repository, _ in refresh.SOURCES.values()}


def test_what_changed_is_taken(folder):
    by_path, asked, fetch = published(folder)
    assert refresh.refresh(fetch, refs(), folder) == []
    assert len(asked) == len(refresh.SOURCES)
    by_path["dcat-br/dcat-br/docs/shacl/1.0/range.ttl"] = b"<a:b> <a:c> <a:d> ."
    assert refresh.refresh(fetch, refs(), folder) == ["dcat_br/range.ttl"]
    assert (folder / "dcat_br/range.ttl").read_bytes() == b"<a:b> <a:c> <a:d> ."


@pytest.mark.parametrize("body", [b"<html>", b"", b"<a:b> <a:c> ."])
def test_what_is_no_turtle_is_not_and_nothing_else_either(folder, body):
    by_path, _, fetch = published(folder)
    by_path["dcat-br/dcat-br/docs/shacl/1.0/shapes.ttl"] = b"<a:b> <a:c> <a:d> ."
    by_path["DOI-DO/dcat-us/shacl/dcat-us_3.0_shacl_shapes.ttl"] = body
    before = (folder / "dcat_br/shapes.ttl").read_bytes()
    with pytest.raises(ValueError, match="holds no Turtle"):
        refresh.refresh(fetch, refs(), folder)
    assert (folder / "dcat_br/shapes.ttl").read_bytes() == before
