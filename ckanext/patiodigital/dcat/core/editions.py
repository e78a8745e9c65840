"""The feed's editions, each a profile in a form: what a dataset's part of one is, and the whole document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from ckanext.patiodigital.dcat.core import crosswalk, data_json, dcat_us_json, fragments, writing
from ckanext.patiodigital.dcat.core.description import Dataset
from ckanext.patiodigital.dcat.core.fragments import Form
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.dcat.core.values import Moment


class _Plain(NamedTuple):
    """A profile in plain JSON. A dataset of which it can't speak is None."""

    catalog: Callable[[Site, Moment | None, Moment | None], dict[str, Any]]
    dataset: Callable[[Dataset, Site], dict[str, Any] | None]


_PLAIN = {
    "dcat_us": _Plain(dcat_us_json.catalog, dcat_us_json.dataset),
    "data_json": _Plain(data_json.catalog, data_json.dataset),
}
#: All of them, by profile and form.
EDITIONS: dict[tuple[str, str], Form] = {
    **{(profile, form.name): form for profile in crosswalk.PROFILES for form in fragments.FORMS.values()},
    **{(profile, fragments.JSON.name): fragments.JSON for profile in _PLAIN},
}


def parts(dataset: Dataset, site: Site) -> dict[tuple[str, str], bytes]:
    """A dataset's part of each edition; empty where the edition can't tell of it."""
    graphs = {name: writing.dataset_graph(dataset, site, crosswalk.load(name)) for name in crosswalk.PROFILES}
    found = {(name, form): fragments.part(graph, form) for name, graph in graphs.items() for form in fragments.FORMS}
    for name, how in _PLAIN.items():
        said = how.dataset(dataset, site)
        found[name, fragments.JSON.name] = fragments.plain(said) if said else b""
    return found


def whole(
    edition: tuple[str, str], site: Site, bodies: Iterable[bytes], issued: Moment | None, modified: Moment | None
) -> Iterator[bytes]:
    """The catalogue, first listed and last changed at these times, with datasets' parts, piece by piece."""
    profile, form = edition
    if form == fragments.JSON.name:
        catalog = _PLAIN[profile].catalog(site, issued, modified)
        return fragments.joined(bodies, fragments.around(catalog, "dataset"))
    return fragments.document(chain([_catalog(profile, form, site, issued, modified)], bodies), form)


@lru_cache(maxsize=32)
def _catalog(profile: str, form: str, site: Site, issued: Moment | None, modified: Moment | None) -> bytes:
    """The catalogue's own part, which is the same on each page until a dataset changes."""
    return fragments.part(writing.catalog_graph(site, crosswalk.load(profile), issued, modified), form)
