"""A ``Dataset`` to RDF in the terms of one profile.

The graph states of each URI in it what the shapes and readers without vocabularies want to know: its class, and the
label and scheme of a concept. Every node has a URI, so that graphs can be put together as text, and a dataset's own is
the same each time. Sources: DCAT 3 (W3C), DCAT-AP 3.0.1, DCAT-BR 1.0, DCAT-US 3.0, and what their SHACL shapes demand.
"""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from ckanext.patiodigital.dcat.core.crosswalk import Crosswalk, Term, media_type
from ckanext.patiodigital.dcat.core.description import (
    Agent,
    Contact,
    Dataset,
    Distribution,
    Named,
    Period,
    Place,
    Service,
)
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.dcat.core.values import Moment

ADMS = Namespace("http://www.w3.org/ns/adms#")
#: Not rdflib's own list of it, which lacks what is new in DCAT 3.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
#: The shapes and the context of DCAT-US say "data.resources.gov"; ckanext-dcat 2.4.4 swaps the words.
DCATUS = Namespace("http://data.resources.gov/ontology/dcat-us#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")

PREFIXES = {
    "adms": ADMS,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dcat-us": DCATUS,
    "dct": DCTERMS,
    "foaf": FOAF,
    "geo": GEO,
    "hydra": HYDRA,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
    "xsd": XSD,
}

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_STABLE = URIRef(f"{_AUTHORITY}planned-availability/STABLE")
_LOCAL_AUTHORITY = URIRef("http://purl.org/adms/publishertype/LocalAuthority")


def new_graph() -> Graph:
    """An empty graph with our prefixes and no others: texts put together must agree on them."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    return graph


def dataset_graph(dataset: Dataset, site: Site, crosswalk: Crosswalk) -> Graph:
    """All that a profile says of a dataset, and that the catalogue holds it."""
    graph = new_graph()
    _Writer(graph, site, crosswalk).dataset(dataset)
    graph.add((URIRef(site.base), DCAT.dataset, URIRef(dataset.uri)))
    return graph


def catalog_graph(site: Site, crosswalk: Crosswalk, issued: Moment | None, modified: Moment | None) -> Graph:
    """The catalogue itself, without its datasets."""
    graph = new_graph()
    _Writer(graph, site, crosswalk).catalog(issued, modified)
    return graph


class _Writer:
    def __init__(self, graph: Graph, site: Site, crosswalk: Crosswalk) -> None:
        self._graph = graph
        self._site = site
        self._crosswalk = crosswalk

    def catalog(self, issued: Moment | None, modified: Moment | None) -> None:
        site, node = self._site, URIRef(self._site.base)
        self._say(node, RDF.type, DCAT.Catalog)
        self._words(node, DCTERMS.title, site.title)
        self._words(node, DCTERMS.description, site.description)
        self._publisher(node, DCTERMS.publisher, site.publisher)
        self._term(node, DCTERMS.language, self._crosswalk.term("language", site.language.partition("-")[0]))
        self._document(node, FOAF.homepage, Named(f"{site.url}/", site.title))
        self._term(node, DCTERMS.license, self._crosswalk.term("licence", "cc-zero"))
        self._place(node, site.area)
        self._moment(node, DCTERMS.issued, issued)
        self._moment(node, DCTERMS.modified, modified)
        theme = self._crosswalk.theme(f"{_AUTHORITY}data-theme/EDUC")
        for scheme in theme.schemes if theme else ():
            self._scheme(scheme)
            self._say(node, DCAT.themeTaxonomy, scheme)

    def dataset(self, dataset: Dataset) -> None:
        node = URIRef(dataset.uri)
        self._say(node, RDF.type, DCAT.Dataset)
        self._what(node, dataset)
        self._who(node, dataset)
        self._where_and_when(node, dataset)
        self._links(node, dataset)
        if self._crosswalk.licence_on_dataset:
            self._licence(node, dataset)
        if self._crosswalk.dictionary:
            self._dictionary(node, dataset)
        for distribution in self._told(dataset.distributions):
            self._distribution(node, dataset, distribution)

    def _told(self, distributions: Sequence[Distribution]) -> Sequence[Distribution]:
        """Those that the profile has words for, or all where it has for none."""
        walk = self._crosswalk
        if not walk.known_formats_only:
            return distributions
        nameless = [each for each in distributions if each.format and walk.term("format", each.format) is None]
        return [each for each in distributions if each not in nameless] or distributions

    def _what(self, node: URIRef, dataset: Dataset) -> None:
        walk = self._crosswalk
        self._words(node, DCTERMS.title, dataset.title)
        self._words(node, DCTERMS.description, dataset.description)
        self._say(node, DCTERMS.identifier, Literal(dataset.identifier))
        for keyword in dataset.keywords:
            self._words(node, DCAT.keyword, keyword)
        for theme in dataset.themes:
            self._term(node, DCAT.theme, walk.theme(theme))
        for subject in dataset.subjects:
            self._say(node, DCTERMS.subject, URIRef(self._site.subject_uri(subject)))
        self._term(node, DCTERMS.accessRights, walk.term("access_rights", dataset.access_rights))
        self._term(node, DCTERMS.accrualPeriodicity, walk.term("frequency", dataset.frequency))
        for language in dataset.languages:
            self._term(node, DCTERMS.language, walk.term("language", language))
        if dataset.version:
            self._say(node, DCAT.version, Literal(dataset.version))
        if dataset.provenance:
            self._statement(node, DCTERMS.provenance, DCTERMS.ProvenanceStatement, "provenance", dataset.provenance)
        if dataset.caveats:
            self._words(node, SKOS.scopeNote, dataset.caveats)

    def _who(self, node: URIRef, dataset: Dataset) -> None:
        self._contact(node, dataset.contact)
        if self._crosswalk.publisher_is_unit:
            self._publisher(node, DCTERMS.publisher, dataset.unit)
            self._publisher(node, DCTERMS.creator, dataset.publisher)
        else:
            self._publisher(node, DCTERMS.publisher, dataset.publisher)

    def _where_and_when(self, node: URIRef, dataset: Dataset) -> None:
        for place in dataset.places:
            self._place(node, place)
        whole = self._crosswalk.place
        self._term(node, DCTERMS.spatial, whole)
        # Every dct:Location is wanted with its rectangle and middle; this one is the city's as well.
        self._extent(whole.uri, self._site.area)
        if dataset.resolution:
            metres = Literal(dataset.resolution, datatype=XSD.decimal, normalize=False)
            self._say(node, DCAT.spatialResolutionInMeters, metres)
        if dataset.period:
            self._period(node, dataset.period)
        self._moment(node, DCTERMS.issued, dataset.issued)
        self._moment(node, DCTERMS.modified, dataset.modified)

    def _links(self, node: URIRef, dataset: Dataset) -> None:
        self._document(node, DCAT.landingPage, dataset.page)
        for page in dataset.pages:
            self._document(node, FOAF.page, page)
        self._standards(node, dataset.standards)
        for related in dataset.related:
            self._say(node, DCTERMS.relation, URIRef(related))
        for series in dataset.series if self._crosswalk.series else ():
            self._series(node, series, dataset)
        for number, other in enumerate(dataset.other_identifiers, 1):
            identifier = URIRef(f"{dataset.uri}#identifier-{number}")
            self._say(node, ADMS.identifier, identifier)
            self._say(identifier, RDF.type, ADMS.Identifier)
            self._say(identifier, SKOS.notation, Literal(other))

    def _distribution(self, owner: URIRef, dataset: Dataset, said: Distribution) -> None:
        walk, node = self._crosswalk, URIRef(said.uri)
        self._say(owner, DCAT.distribution, node)
        self._say(node, RDF.type, DCAT.Distribution)
        self._words(node, DCTERMS.title, said.title)
        self._words(node, DCTERMS.description, said.description)
        self._resource(node, DCAT.accessURL, said.access_url)
        if said.download_url:
            self._resource(node, DCAT.downloadURL, said.download_url)
        if said.format:
            self._term(node, DCTERMS.format, walk.term("format", said.format))
            media = media_type(said.format)
            if media:
                self._say(node, DCAT.mediaType, media)
                self._say(media, RDF.type, DCTERMS.MediaType)
        self._licence(node, said, dataset)
        if said.rights:
            self._statement(node, DCTERMS.rights, DCTERMS.RightsStatement, "rights", said.rights)
        if said.size is not None:
            self._say(node, DCAT.byteSize, Literal(said.size, datatype=XSD.nonNegativeInteger))
        if said.checksum:
            check = URIRef(said.checksum.uri)
            algorithm = URIRef(f"https://spdx.org/rdf/terms#checksumAlgorithm_{said.checksum.algorithm}")
            self._say(node, SPDX.checksum, check)
            self._say(check, RDF.type, SPDX.Checksum)
            self._say(check, SPDX.algorithm, algorithm)
            self._say(algorithm, RDF.type, SPDX.ChecksumAlgorithm)
            self._say(check, SPDX.checksumValue, Literal(said.checksum.value, datatype=XSD.hexBinary))
        self._moment(node, DCTERMS.issued, said.issued or dataset.issued)
        self._moment(node, DCTERMS.modified, said.modified or dataset.modified)
        for language in dataset.languages:
            self._term(node, DCTERMS.language, walk.term("language", language))
        self._standards(node, said.standards)
        if said.lasting:
            scheme = URIRef(f"{_AUTHORITY}planned-availability")
            self._term(node, DCATAP.availability, Term(_STABLE, (SKOS.Concept,), (scheme,), {"en": "stable"}))
        for service in said.services:
            self._service(node, owner, dataset, service)

    def _service(self, distribution: URIRef, owner: URIRef, dataset: Dataset, said: Service) -> None:
        node = URIRef(said.uri)
        self._say(distribution, DCAT.accessService, node)
        self._say(node, RDF.type, DCAT.DataService)
        self._say(node, DCAT.servesDataset, owner)
        self._words(node, DCTERMS.title, said.title)
        self._words(node, DCTERMS.description, said.description)
        self._resource(node, DCAT.endpointURL, said.endpoint)
        self._resource(node, DCAT.endpointDescription, said.documentation)
        self._standards(node, [said.standard])
        self._term(node, DCTERMS.accessRights, self._crosswalk.term("access_rights", dataset.access_rights))
        self._licence(node, dataset)
        self._say(node, DCAT.contactPoint, URIRef(dataset.contact.uri))
        publisher = dataset.unit if self._crosswalk.publisher_is_unit else dataset.publisher
        self._say(node, DCTERMS.publisher, URIRef(publisher.uri))
        for theme in dataset.themes:
            self._term(node, DCAT.theme, self._crosswalk.theme(theme))
        for keyword in dataset.keywords:
            self._words(node, DCAT.keyword, keyword)
        self._document(node, DCAT.landingPage, dataset.page)

    # -- parts

    def _publisher(self, subject: URIRef, predicate: URIRef, agent: Agent) -> None:
        node = URIRef(agent.uri)
        self._say(subject, predicate, node)
        self._say(node, RDF.type, FOAF.Agent)
        # No language: DCAT-US wants one plain string.
        self._say(node, FOAF.name, Literal(agent.name))
        scheme = URIRef("http://purl.org/adms/publishertype/1.0")
        kind = Term(_LOCAL_AUTHORITY, (SKOS.Concept,), (scheme,), {"en": "Local Authority"})
        self._term(node, DCTERMS.type, kind)
        if agent.email:
            self._say(node, FOAF.mbox, URIRef(f"mailto:{agent.email}"))
        if agent.homepage:
            self._document(node, FOAF.homepage, Named(agent.homepage, agent.name))

    def _contact(self, subject: URIRef, contact: Contact) -> None:
        node = URIRef(contact.uri)
        self._say(subject, DCAT.contactPoint, node)
        self._say(node, RDF.type, VCARD.Kind)
        self._say(node, RDF.type, VCARD.Organization)
        self._say(node, VCARD.fn, Literal(contact.name))
        if contact.email:
            self._say(node, VCARD.hasEmail, URIRef(f"mailto:{contact.email}"))
        if contact.page:
            self._resource(node, VCARD.hasURL, contact.page)

    def _place(self, subject: URIRef, place: Place) -> None:
        node = URIRef(place.uri)
        self._say(subject, DCTERMS.spatial, node)
        self._say(node, RDF.type, DCTERMS.Location)
        if place.label:
            self._words(node, SKOS.prefLabel, place.label)
        self._extent(node, place)

    def _extent(self, node: URIRef, place: Place) -> None:
        for predicate, text in ((DCAT.bbox, place.bbox), (DCAT.centroid, place.centroid)):
            if text:
                self._say(node, predicate, Literal(text, datatype=GEO.wktLiteral))

    def _period(self, subject: URIRef, period: Period) -> None:
        node = URIRef(period.uri)
        self._say(subject, DCTERMS.temporal, node)
        self._say(node, RDF.type, DCTERMS.PeriodOfTime)
        self._moment(node, DCAT.startDate, period.start)
        self._moment(node, DCAT.endDate, period.end)

    def _licence(self, subject: URIRef, *named: Dataset | Distribution) -> None:
        """That of the first that has one."""
        term = self._crosswalk.licence(*((each.licence, each.licence_page) for each in named))
        self._term(subject, DCTERMS.license, term)

    def _statement(self, subject: URIRef, predicate: URIRef, kind: URIRef, name: str, text: str) -> None:
        node = URIRef(f"{str(subject).partition('#')[0]}#{name}")
        self._say(subject, predicate, node)
        self._say(node, RDF.type, kind)
        self._words(node, RDFS.label, text)

    def _standards(self, subject: URIRef, standards: Sequence[Named]) -> None:
        most = self._crosswalk.most_standards
        for other in standards[most:] if most else ():
            self._say(subject, DCTERMS.relation, URIRef(other.uri))
        for standard in standards[:most]:
            node = URIRef(standard.uri)
            self._say(subject, DCTERMS.conformsTo, node)
            self._say(node, RDF.type, DCTERMS.Standard)
            self._words(node, DCTERMS.title, standard.title)

    def _series(self, node: URIRef, series: Named, dataset: Dataset) -> None:
        whole = URIRef(series.uri)
        self._say(node, DCAT.inSeries, whole)
        self._say(whole, RDF.type, DCAT.DatasetSeries)
        self._words(whole, DCTERMS.title, series.title)
        self._words(whole, DCTERMS.description, self._site.words.series.format(title=series.title))
        self._say(whole, DCAT.contactPoint, URIRef(dataset.contact.uri))
        publisher = dataset.unit if self._crosswalk.publisher_is_unit else dataset.publisher
        self._say(whole, DCTERMS.publisher, URIRef(publisher.uri))

    def _dictionary(self, node: URIRef, dataset: Dataset) -> None:
        """The data dictionary, as a distribution of its own: DCAT-US demands one."""
        said, entry = dataset.dictionary, URIRef(f"{dataset.uri}#dictionary")
        self._say(node, DCATUS.describedBy, entry)
        self._say(entry, RDF.type, DCAT.Distribution)
        self._words(entry, DCTERMS.title, said.title)
        self._words(entry, DCTERMS.description, said.title)
        self._resource(entry, DCAT.accessURL, said.uri)
        self._licence(entry, dataset)

    def _document(self, subject: URIRef, predicate: URIRef, page: Named) -> None:
        node = URIRef(page.uri)
        self._say(subject, predicate, node)
        self._say(node, RDF.type, FOAF.Document)
        self._words(node, DCTERMS.title, page.title)

    def _resource(self, subject: URIRef, predicate: URIRef, address: str) -> None:
        node = URIRef(address)
        self._say(subject, predicate, node)
        self._say(node, RDF.type, RDFS.Resource)

    def _term(self, subject: URIRef, predicate: URIRef, term: Term | None) -> None:
        if term is None:
            return
        self._say(subject, predicate, term.uri)
        for each in term.classes:
            self._say(term.uri, RDF.type, each)
        if SKOS.Concept in term.classes:
            for language, label in term.labels.items():
                self._say(term.uri, SKOS.prefLabel, Literal(label, lang=language))
            if not term.labels:
                self._say(term.uri, SKOS.prefLabel, Literal(self._crosswalk.scheme_title(term.uri), lang="en"))
            for scheme in term.schemes:
                self._say(term.uri, SKOS.inScheme, scheme)
                self._scheme(scheme)

    def _scheme(self, scheme: URIRef) -> None:
        self._say(scheme, RDF.type, SKOS.ConceptScheme)
        self._say(scheme, DCTERMS.title, Literal(self._crosswalk.scheme_title(scheme), lang="en"))

    def _moment(self, subject: URIRef, predicate: URIRef, moment: Moment | None) -> None:
        if moment:
            self._say(subject, predicate, Literal(moment.lexical, datatype=XSD[moment.datatype], normalize=False))

    def _words(self, subject: URIRef, predicate: URIRef, text: str) -> None:
        self._say(subject, predicate, Literal(text, lang=self._site.language))

    def _say(self, subject: URIRef, predicate: URIRef, value: Node) -> None:
        self._graph.add((subject, predicate, value))
