"""A ``Dataset`` as Project Open Data 1.1 has it (DCAT-US 1.1): an entry of ``/data.json``.

Sources: the JSON Schemas of GSA/dcat-us3-tools, and https://resources.data.gov/resources/dcat-us/. What only federal
agencies of the United States have (``bureauCode``, ``programCode``, ``primaryITInvestmentUII``) the schema does not
demand, and it is not made up.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator

from ckanext.patiodigital.dcat.core import crosswalk
from ckanext.patiodigital.dcat.core.dcat_us_json import Object, given, label, lexical
from ckanext.patiodigital.dcat.core.description import Dataset, Distribution, Period, Place, Service
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.dcat.core.values import Moment
from ckanext.patiodigital.schemas import vocabularies

_SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"
_WALK = crosswalk.load("dcat_us")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
#: What each download must have; for bytes of which nobody said what they are.
_SOME_BYTES = "application/octet-stream"
#: The schema's longest texts, in characters.
_DESCRIPTION, _KEYWORD, _RIGHTS = 10_000, 1_000, 255


def catalog(site: Site, issued: Moment | None, modified: Moment | None) -> Object:
    """The catalogue without its datasets, which stand under ``dataset``. It has no words for its own dates."""
    return {
        "@context": f"{_SCHEMA}/catalog.jsonld",
        "@id": f"{site.url}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": _SCHEMA,
        "describedBy": f"{_SCHEMA}/catalog.json",
    }


def dataset(said: Dataset, site: Site) -> Object | None:
    """A dataset. None where nobody is known whom one could write to, or no date: the schema has none without."""
    modified = said.modified or said.issued
    if said.contact.email is None or modified is None:
        return None
    licence = _licence(said)
    themes = [label(term, site) for each in said.themes if (term := _WALK.theme(each))]
    return given({
        "@type": "dcat:Dataset",
        "title": said.title,
        "description": _cut(said.description),
        # One at least is demanded.
        "keyword": [each[:_KEYWORD] for each in said.keywords] or themes or [said.publisher.name[:_KEYWORD]],
        "modified": modified.lexical,
        "issued": lexical(said.issued),
        "publisher": {"@type": "org:Organization", "name": said.publisher.name},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": said.contact.name,
            "hasEmail": f"mailto:{said.contact.email}",
        },
        "identifier": said.identifier,
        "accessLevel": _match("access_rights", said.access_rights),
        "rights": said.caveats if said.caveats and len(said.caveats) <= _RIGHTS else None,
        "license": licence,
        "spatial": next(map(_spatial, said.places), None),
        "temporal": _temporal(said.period),
        "accrualPeriodicity": _match("frequencies", said.frequency) if said.frequency else None,
        "language": [tag for code in said.languages if (tag := _match("languages", code))],
        "theme": themes,
        "landingPage": said.page.uri,
        "describedBy": said.dictionary.uri,
        "conformsTo": said.standards[0].uri if said.standards else None,
        "references": [page.uri for page in said.pages],
        "distribution": list(_distributions(said, licence)),
    })  # fmt: skip


def _distributions(said: Dataset, licence: str | None) -> Iterator[Object]:
    services: dict[str, Service] = {}
    for each in said.distributions:
        yield _distribution(each, said, licence)
        services |= {service.endpoint: service for service in each.services}
    for service in services.values():
        yield {
            "@type": "dcat:Distribution",
            "title": service.title,
            "description": service.description,
            "accessURL": service.endpoint,
            "format": "API",
            "describedBy": service.documentation,
            "conformsTo": service.standard.uri,
        }


def _distribution(said: Distribution, owner: Dataset, licence: str | None) -> Object:
    media = crosswalk.media_type(said.format) if said.format else None
    own = _licence(said, owner)
    return given({
        "@type": "dcat:Distribution",
        "title": said.title,
        "description": _cut(said.description),
        "accessURL": said.access_url,
        "downloadURL": said.download_url,
        "mediaType": media.removeprefix(_MEDIA_TYPES) if media else _SOME_BYTES if said.download_url else None,
        "format": vocabularies.load("formats")[said.format].label["pt"] if said.format else None,
        "conformsTo": said.standards[0].uri if said.standards else None,
        # A word that the schema has for datasets only, and that its context reads here, too.
        "license": own if own != licence else None,
    })  # fmt: skip


def _licence(*named: Dataset | Distribution) -> str | None:
    term = _WALK.licence(*((each.licence, each.licence_page) for each in named))
    return str(term.uri) if term else None


def _spatial(place: Place) -> str:
    """Its name, else its rectangle (west, south, east, north), else its URI."""
    return place.label or ",".join(place.corners() or ()) or place.uri


def _temporal(period: Period | None) -> str | None:
    """In whole days, since the schema takes no two ends of which one is told more closely, and none that is open."""
    if period is None or period.start is None or period.end is None:
        return None
    return f"{_first_day(period.start)}/{_last_day(period.end)}"


def _first_day(moment: Moment) -> str:
    return f"{moment.lexical[:10]}-01-01"[:10]


def _last_day(moment: Moment) -> str:
    year, _, rest = moment.lexical[:10].partition("-")
    month, _, day = (rest or "12").partition("-")
    return f"{year}-{month}-{day or monthrange(int(year), int(month))[1]}"


def _match(scheme: str, code: str) -> str | None:
    return vocabularies.load(scheme)[code].match.get("dcat_us")


def _cut(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1]}…"
