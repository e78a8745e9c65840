"""A ``Dataset`` in the words of schema.org, for the dataset's page: what search engines for data read.

Source: Google's "Dataset (Dataset, DataCatalog, DataDownload) structured data". It demands a name and a description of
50 to 5,000 characters, and of each download its address; the rest it recommends.
"""

from __future__ import annotations

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from ckanext.patiodigital.dcat.core import crosswalk
from ckanext.patiodigital.dcat.core.description import Agent, Dataset, Distribution, Period, Place
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.schemas import vocabularies

SCHEMA = Namespace("https://schema.org/")
SHORTEST, LONGEST = 50, 5_000
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def dataset_graph(said: Dataset, site: Site) -> Graph:
    """The dataset, who publishes it, what it covers, and its downloads."""
    graph = Graph(bind_namespaces="none")
    graph.bind("schema", SCHEMA)
    _Writer(graph, site).dataset(said)
    return graph


class _Writer:
    def __init__(self, graph: Graph, site: Site) -> None:
        self._graph = graph
        self._site = site

    def dataset(self, said: Dataset) -> None:
        node = URIRef(said.uri)
        self._say(node, RDF.type, SCHEMA.Dataset)
        self._text(node, SCHEMA.name, said.title)
        self._text(node, SCHEMA.description, self._description(said))
        self._say(node, SCHEMA.url, URIRef(said.page.uri))
        for identifier in (said.identifier, *said.other_identifiers):
            self._text(node, SCHEMA.identifier, identifier)
        for keyword in said.keywords:
            self._text(node, SCHEMA.keywords, keyword)
        for language in said.languages:
            self._text(node, SCHEMA.inLanguage, language)
        self._text(node, SCHEMA.version, said.version)
        self._licence(node, said)
        self._say(node, SCHEMA.isAccessibleForFree, Literal(said.access_rights == "public"))
        for moment, predicate in ((said.issued, SCHEMA.datePublished), (said.modified, SCHEMA.dateModified)):
            self._text(node, predicate, moment.lexical if moment else None)
        self._say(node, SCHEMA.creator, self._agent(said.publisher))
        self._say(node, SCHEMA.publisher, self._agent(said.publisher))
        self._contact(URIRef(said.publisher.uri), said)
        for place in said.places:
            self._place(node, place)
        self._text(node, SCHEMA.temporalCoverage, _interval(said.period))
        catalog = URIRef(self._site.base)
        self._say(node, SCHEMA.includedInDataCatalog, catalog)
        self._say(catalog, RDF.type, SCHEMA.DataCatalog)
        self._text(catalog, SCHEMA.name, self._site.title)
        self._say(catalog, SCHEMA.url, URIRef(f"{self._site.url}/"))
        for series in said.series:
            self._say(node, SCHEMA.isPartOf, URIRef(series.uri))
        for distribution in said.distributions:
            self._distribution(node, said, distribution)

    def _description(self, said: Dataset) -> str:
        text = said.description
        if len(text) < SHORTEST:
            words = self._site.words.dataset
            text = f"{text} – {words.format(title=said.title, organization=said.publisher.name)}"
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

    def _distribution(self, owner: URIRef, dataset: Dataset, said: Distribution) -> None:
        node = URIRef(said.uri)
        self._say(owner, SCHEMA.distribution, node)
        self._say(node, RDF.type, SCHEMA.DataDownload)
        self._text(node, SCHEMA.name, said.title)
        self._text(node, SCHEMA.description, said.description)
        self._say(node, SCHEMA.contentUrl, URIRef(said.download_url or said.access_url))
        media = crosswalk.media_type(said.format) if said.format else None
        if said.format:
            known = vocabularies.load("formats")[said.format].label["en"]
            self._text(node, SCHEMA.encodingFormat, media.removeprefix(_MEDIA_TYPES) if media else known)
        self._text(node, SCHEMA.contentSize, None if said.size is None else f"{said.size} B")
        self._text(node, SCHEMA.sha256, _sha256(said))
        self._text(node, SCHEMA.dateModified, said.modified.lexical if said.modified else None)
        self._licence(node, said, dataset)

    def _licence(self, node: URIRef, *named: Dataset | Distribution) -> None:
        """By the address of its own page, as people know it, which is DCAT-US's term as well."""
        term = crosswalk.load("dcat_us").licence(*((each.licence, each.licence_page) for each in named))
        if term:
            self._say(node, SCHEMA.license, term.uri)

    def _agent(self, agent: Agent) -> URIRef:
        node = URIRef(agent.uri)
        self._say(node, RDF.type, SCHEMA.Organization)
        self._text(node, SCHEMA.name, agent.name)
        if agent.homepage:
            self._say(node, SCHEMA.url, URIRef(agent.homepage))
        return node

    def _contact(self, organization: URIRef, said: Dataset) -> None:
        node = URIRef(said.contact.uri)
        self._say(organization, SCHEMA.contactPoint, node)
        self._say(node, RDF.type, SCHEMA.ContactPoint)
        self._text(node, SCHEMA.name, said.contact.name)
        self._text(node, SCHEMA.email, said.contact.email)

    def _place(self, node: URIRef, place: Place) -> None:
        where = URIRef(place.uri)
        self._say(node, SCHEMA.spatialCoverage, where)
        self._say(where, RDF.type, SCHEMA.Place)
        self._text(where, SCHEMA.name, place.label)
        corners = place.corners()
        if corners:
            west, south, east, north = corners
            box = URIRef(f"{place.uri}#box")
            self._say(where, SCHEMA.geo, box)
            self._say(box, RDF.type, SCHEMA.GeoShape)
            # Latitude first, which well-known text is not.
            self._text(box, SCHEMA.box, f"{south} {west} {north} {east}")

    def _text(self, subject: URIRef, predicate: URIRef, text: str | None) -> None:
        if text:
            self._say(subject, predicate, Literal(text))

    def _say(self, subject: URIRef, predicate: URIRef, value: Node) -> None:
        self._graph.add((subject, predicate, value))


def _interval(period: Period | None) -> str | None:
    """ISO 8601; an end that is not told is two dots."""
    if period is None:
        return None
    return "/".join(moment.lexical if moment else ".." for moment in (period.start, period.end))


def _sha256(said: Distribution) -> str | None:
    return said.checksum.value if said.checksum and said.checksum.algorithm == "sha256" else None
