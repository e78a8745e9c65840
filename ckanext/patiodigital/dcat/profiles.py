"""The profiles, for all that ckanext-dcat does with profiles: its paths, its serialiser, its harvester's parser.

They read what other portals write as ``EuropeanDCATAP3Profile`` does, and write what this room's core makes: the
licence on each distribution, formats as URIs, the catalogue's publisher and all else that the library leaves out.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from ckanext.dcat.profiles import EuropeanDCATAP3Profile, RDFProfile
from rdflib import Graph, URIRef

from ckanext.patiodigital.dcat import config
from ckanext.patiodigital.dcat.core import crosswalk, reading, schema_org, writing

log = logging.getLogger(__name__)

PREFIX = "patiodigital_"


class _Profile(EuropeanDCATAP3Profile):  # type: ignore[misc]  # ckanext-dcat has no types
    crosswalk: ClassVar[str]

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        site = config.site()
        described = reading.read(dataset_dict, site)
        self._take(writing.dataset_graph(described.dataset, site, crosswalk.load(self.crosswalk)))

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: URIRef) -> None:
        self._take(writing.catalog_graph(config.site(), crosswalk.load(self.crosswalk), None, None))

    def _take(self, graph: Graph) -> None:
        for prefix, namespace in writing.PREFIXES.items():
            self.g.bind(prefix, namespace, override=True, replace=True)
        for triple in graph:
            self.g.add(triple)


class DcatApProfile(_Profile):
    """DCAT-AP 3.0.1."""

    crosswalk = "dcat_ap"


class DcatBrProfile(_Profile):
    """DCAT-BR 1.0."""

    crosswalk = "dcat_br"


class DcatUsProfile(_Profile):
    """DCAT-US 3.0."""

    crosswalk = "dcat_us"


class SchemaOrgProfile(RDFProfile):  # type: ignore[misc]  # ckanext-dcat has no types
    """schema.org in the page of a dataset."""

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: URIRef) -> None:
        site = config.site()
        self.g.bind("schema", schema_org.SCHEMA, replace=True)
        try:
            graph = schema_org.dataset_graph(reading.read(dataset_dict, site).dataset, site)
        except Exception:  # people shall read the page still, and the feeds tell editors why
            log.exception("The dataset %s could not be described for its page", dataset_dict.get("id"))
            return
        for triple in graph:
            self.g.add(triple)


def own(names: list[str] | None) -> str | None:
    """The crosswalk that a list of profiles stands for, where it is one of ours and alone."""
    if names is None or len(names) != 1 or not names[0].startswith(PREFIX):
        return None
    name = names[0].removeprefix(PREFIX)
    return name if name in crosswalk.PROFILES else None
