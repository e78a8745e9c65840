"""A ``Dataset`` as DCAT-US 3.0 in JSON: the same terms as the graph of the profile ``dcat_us``, under JSON's names.

Sources: the expanded JSON Schema of GSA/dcat-us3-tools, and the JSON-LD context of DOI-DO/dcat-us, whose types
(``dcat:Dataset``) decide what a name means; the schema only proposes others. ``docs/dcat.md`` tells where they err.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ckanext.patiodigital.dcat.core import crosswalk
from ckanext.patiodigital.dcat.core.description import Contact, Dataset, Distribution, Named, Period, Place, Service
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.dcat.core.values import Moment

Object = dict[str, Any]

CONTEXT = "https://raw.githubusercontent.com/DOI-DO/dcat-us/main/context/dcat-us-3.0.jsonld"
_WALK = crosswalk.load("dcat_us")
_AUTHORITY = "http://publications.europa.eu/resource/authority/"


def catalog(site: Site, issued: Moment | None, modified: Moment | None) -> Object:
    """The catalogue without its datasets, which stand under ``dataset``."""
    return given({
        "@context": CONTEXT,
        "@id": site.base,
        "@type": "dcat:Catalog",
        "title": site.title,
        "description": site.description,
        "publisher": {"@id": site.publisher.uri, "@type": "foaf:Agent", "name": site.publisher.name},
        "language": _terms("language", [site.language.partition("-")[0]]),
        "homepage": _document(Named(f"{site.url}/", site.title)),
        "license": _uri(_WALK.licence(("cc-zero", None))),
        "spatial": [_location(site.area)],
        "issued": lexical(issued),
        "modified": lexical(modified),
    })  # fmt: skip


def dataset(said: Dataset, site: Site) -> Object:
    """A dataset with its distributions."""
    whole = _WALK.place
    boxes = (_box(place) for place in said.places)
    return given({
        "@id": said.uri,
        "@type": "dcat:Dataset",
        "title": said.title,
        "description": said.description,
        "identifier": [said.identifier],
        "otherIdentifier": [
            {"@id": f"{said.uri}#identifier-{number}", "@type": "adms:Identifier", "notation": other}
            for number, other in enumerate(said.other_identifiers, 1)
        ],
        "keyword": list(said.keywords),
        "theme": [_concept(term, site) for each in said.themes if (term := _WALK.theme(each))],
        "subject": [site.subject_uri(subject) for subject in said.subjects],
        "language": _terms("language", said.languages),
        "accessRights": _uri(_WALK.term("access_rights", said.access_rights)),
        "accrualPeriodicity": _uri(_WALK.term("frequency", said.frequency)),
        "publisher": {
            "@id": said.publisher.uri,
            "@type": "org:Organization",
            "name": said.publisher.name,
            "prefLabel": said.publisher.name,
        },
        "contactPoint": [_contact(said.contact)],
        "spatial": [*map(_location, said.places), {"@id": str(whole.uri), "@type": "dcterms:Location"}],
        "geographicBoundingBox": [box for box in boxes if box],
        "temporal": [_period(said.period)] if said.period else [],
        "issued": lexical(said.issued),
        "modified": lexical(said.modified),
        "version": said.version,
        "provenance": [_statement(said.uri, "Provenance", said.provenance)] if said.provenance else [],
        "scopeNote": said.caveats,
        "landingPage": _document(said.page),
        "page": [_document(page) for page in said.pages],
        "conformsTo": _standards(said.standards),
        "relation": list(said.related),
        "inSeries": [series.uri for series in said.series],
        "describedBy": _dictionary(said),
        "distribution": [_distribution(each, said) for each in said.distributions],
    })  # fmt: skip


def given(said: Mapping[str, Any]) -> Object:
    """What is there to say: without None and empty lists."""
    return {key: value for key, value in said.items() if value not in (None, [])}


def lexical(moment: Moment | None) -> str | None:
    """A point in time as the text that it is in RDF."""
    return moment.lexical if moment else None


def label(term: crosswalk.Term, site: Site) -> str:
    """A term's name in the portal's language, else in English."""
    return term.labels.get(site.language.partition("-")[0]) or term.labels["en"]


def _distribution(said: Distribution, owner: Dataset) -> Object:
    media = crosswalk.media_type(said.format) if said.format else None
    return given({
        "@id": said.uri,
        "@type": "dcat:Distribution",
        "title": said.title,
        "description": said.description,
        "accessURL": said.access_url,
        "downloadURL": said.download_url,
        "format": _uri(_WALK.term("format", said.format)),
        "mediaType": str(media) if media else None,
        "license": _uri(_WALK.licence((said.licence, said.licence_page), (owner.licence, owner.licence_page))),
        "rights": _statement(said.uri, "Rights", said.rights) if said.rights else None,
        "byteSize": None if said.size is None else str(said.size),
        "checksum": {
            "@id": said.checksum.uri,
            "@type": "spdx:Checksum",
            "algorithm": f"https://spdx.org/rdf/terms#checksumAlgorithm_{said.checksum.algorithm}",
            "checksumValue": said.checksum.value,
        } if said.checksum else None,
        "issued": lexical(said.issued or owner.issued),
        "modified": lexical(said.modified or owner.modified),
        "language": _terms("language", owner.languages),
        "conformsTo": _standards(said.standards),
        "availability": f"{_AUTHORITY}planned-availability/STABLE" if said.lasting else None,
        "accessService": [_service(service, owner) for service in said.services],
    })  # fmt: skip


def _service(said: Service, owner: Dataset) -> Object:
    return given({
        "@id": said.uri,
        "@type": "dcat:DataService",
        "title": said.title,
        "description": said.description,
        "endpointURL": [said.endpoint],
        "endpointDescription": [said.documentation],
        "conformsTo": _standards([said.standard]),
        "contactPoint": [owner.contact.uri],
        "publisher": owner.publisher.uri,
        "servesDataset": [owner.uri],
        "accessRights": _uri(_WALK.term("access_rights", owner.access_rights)),
        "license": _uri(_WALK.licence((owner.licence, owner.licence_page))),
    })  # fmt: skip


def _dictionary(owner: Dataset) -> Object:
    return given({
        "@id": f"{owner.uri}#dictionary",
        "@type": "dcat:Distribution",
        "title": owner.dictionary.title,
        "description": owner.dictionary.title,
        "accessURL": owner.dictionary.uri,
        "license": _uri(_WALK.licence((owner.licence, owner.licence_page))),
    })  # fmt: skip


def _contact(said: Contact) -> Object | str:
    """Who answers. The schema has no contact without an address of electronic mail, but lets one be named by URI."""
    if said.email is None:
        return said.uri
    return {"@id": said.uri, "@type": "vcard:Kind", "fn": said.name, "hasEmail": f"mailto:{said.email}"}


def _location(place: Place) -> Object:
    """A place without its rectangle, for which the schema has no text: that is a ``geographicBoundingBox``."""
    return given({"@id": place.uri, "@type": "dcterms:Location", "prefLabel": place.label})


def _box(place: Place) -> Object | None:
    found = place.corners()
    if found is None:
        return None
    west, south, east, north = found
    return {
        "@type": "dcat-us:GeographicBoundingBox",
        "westBoundingLongitude": west,
        "southBoundingLatitude": south,
        "eastBoundingLongitude": east,
        "northBoundingLatitude": north,
    }


def _period(said: Period) -> Object:
    return given({
        "@id": said.uri,
        "@type": "dcterms:PeriodOfTime",
        "startDate": lexical(said.start),
        "endDate": lexical(said.end),
    })  # fmt: skip


def _document(said: Named) -> Object:
    return {"@id": said.uri, "@type": "foaf:Document", "title": said.title}


def _standards(said: Iterable[Named]) -> list[Object]:
    """All of them, where the shapes of the graph take one."""
    return [{"@id": each.uri, "@type": "dcterms:Standard", "title": each.title} for each in said]


def _statement(subject: str, kind: str, text: str) -> Object:
    """Of rights, or of provenance. For the words of the first the context has none but an attribution's."""
    return {"@id": f"{subject}#{kind.lower()}", "@type": f"dcterms:{kind}Statement", "rdfs:label": text}


def _concept(term: crosswalk.Term, site: Site) -> Object:
    return {
        "@id": str(term.uri),
        "@type": "skos:Concept",
        "prefLabel": label(term, site),
        "inScheme": str(term.schemes[0]),
    }


def _terms(kind: str, codes: Sequence[str]) -> list[str]:
    return [uri for code in codes if (uri := _uri(_WALK.term(kind, code)))]


def _uri(term: crosswalk.Term | None) -> str | None:
    return str(term.uri) if term else None
