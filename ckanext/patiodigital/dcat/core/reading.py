"""A CKAN package to a ``Dataset`` in neutral terms, with what it lacks.

Understood are the education fields, CKAN's own, and those of ckanext-dcat's schemas, in the package's root or among
its extras, so that a stock portal's dataset gets the best description that can honestly be made of it. What can't be
used is left out and named as a gap, never written as it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ckanext.patiodigital.dcat.core import values
from ckanext.patiodigital.dcat.core.crosswalk import eu_themes
from ckanext.patiodigital.dcat.core.description import (
    Agent,
    Checksum,
    Contact,
    Dataset,
    Described,
    Distribution,
    Gap,
    Named,
    Period,
    Place,
    Service,
)
from ckanext.patiodigital.dcat.core.words import Words, words
from ckanext.patiodigital.definitions.core.uris import concept_uri
from ckanext.patiodigital.schemas import vocabularies

Package = Mapping[str, Any]
#: A licence's code, or the page of one that has none.
_Licence = tuple[str | None, str | None]

EDUCATION = "http://publications.europa.eu/resource/authority/data-theme/EDUC"
_ALGORITHMS = {64: "sha256", 40: "sha1", 32: "md5"}
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)
#: Formats that are no file: there is an address to ask at, and nothing to download.
_NO_FILE = frozenset({"html", "rest", "wms", "wfs"})
#: DCAT-BR (shapes.ttl) wants titles of 3 characters and descriptions of 10 at least.
_TITLE, _DESCRIPTION = 3, 10
#: A portal's catalogue must not be weighed down by one dataset's texts.
_LONGEST_TEXT, _MOST_KEYWORDS = 20_000, 100


@dataclass(frozen=True, slots=True)
class Site:
    """The portal. ``url`` is where its pages are, ``base`` the catalogue's URI and the beginning of all others; neither
    has a slash at its end. ``area`` is what its data cover where they do not say. ``language`` is a BCP 47 tag.
    ``menus_api``: the menu look-up is switched on.
    """

    url: str
    base: str
    title: str
    description: str
    language: str
    publisher: Agent
    area: Place
    menus_api: bool = False

    @property
    def words(self) -> Words:
        """Sentences in its language."""
        return words(self.language)

    def subject_uri(self, code: str) -> str:
        """What a subject is called."""
        return concept_uri(self.base, "subjects", vocabularies.load("subjects")[code])


def read(package: Package, site: Site) -> Described:
    """Describe a package, as ``package_show`` gives it."""
    return _Reader(package, site).described()


class _Reader:
    """One package; collects the gaps on its way."""

    def __init__(self, package: Package, site: Site) -> None:
        self._package = package
        self._site = site
        self._extras = {extra["key"]: extra["value"] for extra in package.get("extras") or () if "key" in extra}
        self._gaps: list[Gap] = []
        self._uri = f"{site.base}/dataset/{package['id']}"
        self._organization = self._read_organization()
        self._title = self._read_title()
        self._own_licence = self._licence(package)

    def described(self) -> Described:
        """All of it. A harvested dataset's own URI stays an identifier: two portals' words on one are not one."""
        unit = self._unit()
        licence, licence_page = self._own_licence
        page = f"{self._site.url}/dataset/{self._package.get('name') or self._package['id']}"
        distributions = [self._distribution(resource) for resource in self._resources()]
        dataset = Dataset(
            uri=self._uri,
            page=Named(values.iri(page) or self._uri, self._title),
            identifier=values.line(self._value("identifier"))
            or values.line(self._value("guid"))
            or self._package["id"],
            title=self._title,
            description=self._description(),
            publisher=self._organization,
            unit=unit,
            contact=self._contact(unit),
            access_rights=self._code("access_rights", "access_rights") or "public",
            frequency=self._frequency(),
            dictionary=self._dictionary(),
            keywords=self._keywords(),
            themes=self._themes(),
            subjects=self._codes("subject", "subjects"),
            languages=self._codes("language", "languages") or ["pt"],
            places=[self._place()],
            period=self._period(),
            licence=licence,
            licence_page=licence_page,
            issued=values.moment(self._value("issued")) or values.moment(self._package.get("metadata_created")),
            modified=values.moment(self._value("modified")) or values.moment(self._package.get("metadata_modified")),
            version=values.line(self._value("version"))
            or values.line(self._value("dcat_version"))
            or self._version_of_tables(),
            resolution=self._resolution(),
            provenance=self._long_text("provenance"),
            caveats=self._long_text("caveats"),
            other_identifiers=self._other_identifiers(),
            pages=[Named(uri, self._title) for uri in self._links("url", "documentation")],
            standards=[Named(uri, uri) for uri in self._links("conforms_to")],
            related=self._links("related_resource", "source", "is_version_of", "has_version"),
            series=self._series(),
            distributions=distributions,
        )
        if not distributions:
            self._lacks("missing", "resources")
        return Described(dataset, tuple(self._gaps))

    # -- of the dataset

    def _read_title(self) -> str:
        raw = values.line(self._package.get("title")) or values.line(self._package.get("name")) or ""
        title = values.line(raw[:_LONGEST_TEXT], least=_TITLE)
        if title is None:
            self._lacks("too_short", "title")
            title = f"{self._site.words.untitled} – {raw}".rstrip(" –")
        return title

    def _description(self) -> str:
        raw = values.text((self._value("notes") or "")[:_LONGEST_TEXT] if isinstance(self._value("notes"), str) else "")
        if raw and values.text(raw, least=_DESCRIPTION):
            return raw
        self._lacks("too_short" if raw else "missing", "notes")
        said = self._site.words.dataset.format(title=self._title, organization=self._organization.name)
        return f"{raw}\n{said}" if raw else said

    def _read_organization(self) -> Agent:
        organization = self._package.get("organization")
        if not isinstance(organization, Mapping) or not organization.get("id"):
            self._lacks("missing", "owner_org")
            return self._site.publisher
        name = values.line(organization.get("title"), least=2) or values.line(organization.get("name"), least=2)
        return Agent(
            uri=f"{self._site.base}/organization/{organization['id']}",
            name=name or self._site.publisher.name,
            homepage=f"{self._site.url}/organization/{organization.get('name') or organization['id']}",
        )

    def _unit(self) -> Agent:
        """The technical area; the organisation where none is named."""
        name = values.line(self._value("responsible_unit"), least=2)
        if name is None or name == self._organization.name:
            return self._organization
        return Agent(uri=f"{self._uri}#unit", name=name)

    def _contact(self, unit: Agent) -> Contact:
        first = next((item for item in self._list("contact") if isinstance(item, Mapping)), {})
        names = (first.get("name"), *(self._value(key) for key in ("contact_name", "maintainer", "author")))
        emails = (
            first.get("email"),
            *(self._value(key) for key in ("contact_email", "maintainer_email", "author_email")),
        )
        given = next((each for each in emails if each), None)
        email = values.email(given)
        if email is None:
            self._lacks("unusable" if given else "missing", "maintainer_email", value=given)
        return Contact(
            uri=f"{self._uri}#contact",
            name=next((line for name in names if (line := values.line(name, least=2))), unit.name),
            email=email or self._site.publisher.email,
            page=self._organization.homepage,
        )

    def _frequency(self) -> str | None:
        code = self._code("frequency", "frequencies")
        if code is None and not self._value("frequency"):
            self._lacks("missing", "frequency")
        return code

    def _keywords(self) -> list[str]:
        """The tags; where there are none, what the dataset is about in words."""
        tags = (tag.get("display_name") or tag.get("name") for tag in self._package.get("tags") or ())
        found = [line for tag in tags if (line := values.line(tag, least=2))]
        subjects = vocabularies.load("subjects")
        labels = [subjects[code].label["pt"] for code in self._codes("subject", "subjects", tell=False)]
        if not found and not labels:
            self._lacks("missing", "tag_string")
        return list(dict.fromkeys(found or labels))[:_MOST_KEYWORDS]

    def _themes(self) -> list[str]:
        """EU data themes. A dataset with a subject of ours is about education, whatever else it says."""
        given = [theme.strip() for theme in self._list("theme") if isinstance(theme, str)]
        themes = [theme for theme in given if theme in eu_themes()]
        for theme in given:
            if theme not in themes:
                self._lacks("unknown_code", "theme", value=theme)
        if self._list("subject") and EDUCATION not in themes:
            themes.append(EDUCATION)
        if not themes:
            self._lacks("missing", "theme")
        return list(dict.fromkeys(themes))

    def _place(self) -> Place:
        """The area that the data cover: the portal's own, unless the dataset names another."""
        uri, label = self._value("spatial_uri"), values.line(self._value("spatial_text"))
        bbox = values.bbox(self._value("spatial_bbox") or self._value("spatial"))
        area = self._site.area
        known = values.iri(uri) if uri else None
        if uri and known is None:
            self._lacks("unusable", "spatial_uri", value=uri)
        if (known is None or known == area.uri) and bbox is None and label in (None, area.label):
            return area
        if bbox is None:  # nobody can find it on a map
            self._lacks("missing", "spatial_text", value=label)
        place = known if known and known != area.uri else f"{self._uri}#spatial"
        return Place(place, label, bbox.box if bbox else None, bbox.centre if bbox else None)

    def _resolution(self) -> str | None:
        """Metres; ckanext-dcat's schemas keep a list of them, of which one can be told."""
        raw = next(iter(self._list("spatial_resolution_in_meters")), None) or self._value(
            "spatial_resolution_in_meters"
        )
        if raw is None:
            return None
        if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", str(raw)) and float(raw) > 0:
            return str(raw)
        self._lacks("unusable", "spatial_resolution_in_meters", value=raw)
        return None

    def _period(self) -> Period | None:
        coverage = next((item for item in self._list("temporal_coverage") if isinstance(item, Mapping)), {})
        start, end = (
            self._moment(key, coverage.get(name) or self._value(key))
            for key, name in (("temporal_start", "start"), ("temporal_end", "end"))
        )
        if start and end and start.lexical[:10] > end.lexical[: max(10, len(start.lexical))]:
            self._lacks("unusable", "temporal_end", value=end.lexical)
            end = None
        if start is None and end is None:
            self._lacks("missing", "temporal_start")
            return None
        if start is None or end is None:
            self._lacks("missing", "temporal_end" if start else "temporal_start")
        return Period(f"{self._uri}#temporal", start, end)

    def _dictionary(self) -> Named:
        """A table's schema, a DataStore table's columns, what the dataset links to, or the dataset's own page."""
        title = self._site.words.dictionary.format(title=self._title)
        named = [resource.get("table_schema") for resource in self._resources()]
        tables = sorted({table for table in named if isinstance(table, str) and _is_table(table)})
        if tables:
            return Named(f"{self._site.url}/table-schema" + (f"/{tables[0]}" if len(tables) == 1 else ""), title)
        for resource in self._resources():
            if resource.get("datastore_active"):
                return Named(f"{self._site.url}/datastore/dictionary_download/{resource['id']}", title)
        linked = values.iri(self._value("data_dictionary"))
        if linked:
            return Named(linked, title)
        self._lacks("missing", "data_dictionary")
        return Named(self._uri, title)

    def _version_of_tables(self) -> str | None:
        """The newest of the versions of its tables, which are instants."""
        told = [line for each in self._resources() if (line := values.line(each.get("data_version")))]
        return max(told, default=None)

    def _series(self) -> list[Named]:
        """Series that ckanext-dataset-series tells the title of; a mere id says nothing to a reader."""
        wanted = {each for each in self._list("in_series") if _is_id(each)}
        known = {
            each["id"]: values.line(each.get("title"), least=_TITLE)
            for each in self._list("series_navigation")
            if isinstance(each, Mapping) and _is_id(each.get("id"))
        }
        return [
            Named(f"{self._site.base}/dataset_series/{key}", title)
            for key, title in known.items()
            if key in wanted and title
        ]

    def _other_identifiers(self) -> list[str]:
        """Those of other catalogues; a harvested dataset's own URI is one."""
        given = [*self._list("alternate_identifier"), self._value("uri")]
        lines = (values.line(each) for each in given)
        return list(dict.fromkeys(line for line in lines if line and line != self._uri))

    # -- of its resources

    def _resources(self) -> list[Mapping[str, Any]]:
        return [each for each in self._package.get("resources") or () if each.get("state", "active") == "active"]

    def _distribution(self, resource: Mapping[str, Any]) -> Distribution:
        key, say = resource["id"], self._site.words
        uri = f"{self._uri}/resource/{key}"
        form = self._format(resource)
        address = values.iri(resource.get("url"))
        if address is None:
            self._lacks("unusable" if resource.get("url") else "missing", "url", key, resource.get("url"))
        download = values.iri(resource.get("download_url"))
        if download is None and address and _is_file(resource, form):
            download = address
        access = values.iri(resource.get("access_url")) or address or uri
        shown = vocabularies.load("formats")[form].label["pt"] if form else say.a_file
        said = say.file.format(format=shown, title=self._title)
        title = values.line(resource.get("name"), least=_TITLE)
        if title is None:
            self._lacks("too_short" if resource.get("name") else "missing", "name", key)
            title = values.line(PurePosixPath(urlsplit(access).path).name[:200], least=_TITLE) or said
        raw = values.text(resource.get("description"))
        if raw and values.text(raw, least=_DESCRIPTION):
            description = raw[:_LONGEST_TEXT]
        else:
            self._lacks("too_short" if raw else "missing", "description", key)
            description = f"{raw} – {said}" if raw else said
        size = values.count(resource.get("size"))
        if size is None:
            self._lacks("missing", "size", key)
        licence, licence_page = self._licence_of_resource(resource)
        return Distribution(
            uri=uri,
            title=title,
            description=description,
            access_url=access,
            download_url=download,
            format=form,
            licence=licence,
            licence_page=licence_page,
            rights=values.text(resource.get("rights")) or self._rights(),
            size=size,
            checksum=_checksum(uri, resource),
            issued=values.moment(resource.get("issued")) or values.moment(resource.get("created")),
            modified=self._changed(resource),
            lasting=bool(resource.get("table_schema")) or resource.get("url_type") == "upload",
            standards=self._table_standard(resource),
            services=list(self._services(uri, title, resource)),
        )

    def _rights(self) -> str | None:
        """What is not to be concluded from the data; else that they are public, where they are."""
        public = self._code("access_rights", "access_rights") in (None, "public")
        return self._long_text("caveats") or (self._site.words.rights if public else None)

    def _changed(self, resource: Mapping[str, Any]) -> values.Moment | None:
        """When the data changed, not when somebody touched their description."""
        given = (
            resource.get(name) for name in ("modified", "data_version", "last_modified", "metadata_modified", "created")
        )
        return next((moment for each in given if (moment := values.moment(each))), None)

    def _format(self, resource: Mapping[str, Any]) -> str | None:
        formats = vocabularies.load("formats")
        address = resource.get("url")
        path = urlsplit(values.iri(address) or "").path
        given = (resource.get("format"), resource.get("mimetype"), PurePosixPath(path).suffix.lower())
        for raw in given:
            code = _term_code(formats, raw)
            if code:
                return code
        said = next((raw for raw in given[:2] if raw), None)
        self._lacks("unknown_code" if said else "missing", "format", resource["id"], said)
        return None

    def _licence(self, package: Package) -> _Licence:
        given = _texts(package, "license_id", "license_url", "license")
        found = _licence(given)
        if found == (None, None):
            self._lacks("unknown_code" if given else "missing", "license_id", value=given[0] if given else None)
        return found

    def _licence_of_resource(self, resource: Mapping[str, Any]) -> _Licence:
        """Its own, or its dataset's."""
        found = _licence(_texts(resource, "license", "license_id"))
        return self._own_licence if found == (None, None) else found

    def _table_standard(self, resource: Mapping[str, Any]) -> list[Named]:
        table = resource.get("table_schema")
        if isinstance(table, str) and _is_table(table):
            return [Named(f"{self._site.url}/table-schema/{table}", f"Table Schema {table}")]
        given = _as_list(resource.get("conforms_to"))
        return [Named(uri, uri) for each in given if (uri := values.iri(each))]

    def _services(self, uri: str, title: str, resource: Mapping[str, Any]) -> Iterator[Service]:
        say, url = self._site.words, self._site.url
        if resource.get("datastore_active"):
            yield Service(
                uri=f"{uri}#datastore",
                title=say.api_title.format(title=title),
                description=say.api.format(title=title),
                endpoint=f"{url}/api/3/action/datastore_search?resource_id={resource['id']}",
                documentation=f"{url}/datastore/dictionary_download/{resource['id']}",
                standard=Named("https://docs.ckan.org/en/2.12/api/", "CKAN Action API"),
            )
        if self._site.menus_api and str(resource.get("table_schema")).partition("/")[0] in {"menus", "schools"}:
            yield Service(
                uri=f"{uri}#menus-api",
                title=say.menus_title,
                description=say.menus,
                endpoint=f"{url}/api/menus/v1/schools",
                documentation=f"{url}/api/menus/v1/openapi.json",
                standard=Named("https://spec.openapis.org/oas/v3.1.0", "OpenAPI 3.1"),
            )

    # -- single values

    def _value(self, key: str) -> Any:
        """A field of the root, else an extra; None where it is empty."""
        value = self._package.get(key)
        if value in (None, "", [], {}):
            value = self._extras.get(key)
        return None if value in (None, "", [], {}) else value

    def _list(self, key: str) -> list[Any]:
        return _as_list(self._value(key))

    def _moment(self, key: str, raw: Any) -> values.Moment | None:
        found = values.moment(raw)
        if raw and found is None:
            self._lacks("unusable", key, value=raw)
        return found

    def _long_text(self, key: str) -> str | None:
        found = values.text(self._value(key))
        return found[:_LONGEST_TEXT] if found else None

    def _links(self, *keys: str) -> list[str]:
        """Web addresses of the fields; what is none is a gap."""
        found = []
        for key in keys:
            for raw in self._list(key):
                uri = values.iri(raw)
                if uri is None:
                    self._lacks("unusable", key, value=raw)
                else:
                    found.append(uri)
        return list(dict.fromkeys(found))

    def _code(self, key: str, scheme: str) -> str | None:
        codes = self._codes(key, scheme)
        return codes[0] if codes else None

    def _codes(self, key: str, scheme: str, *, tell: bool = True) -> list[str]:
        vocabulary = vocabularies.load(scheme)
        found = []
        for raw in self._list(key):
            code = _term_code(vocabulary, raw)
            if code:
                found.append(code)
            elif tell:
                self._lacks("unknown_code", key, value=raw)
        return list(dict.fromkeys(found))

    def _lacks(self, kind: str, name: str, resource: str | None = None, value: object = None) -> None:
        shown = None if value is None else values.line(str(value)[:200])
        gap = Gap(kind, name, resource, shown)
        if gap not in self._gaps:
            self._gaps.append(gap)


def _as_list(value: Any) -> list[Any]:
    """A list as it is, or as ckanext-dcat keeps it in an extra: JSON, or one value."""
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                return [value]
        else:
            return [value] if value.strip() else []
    if isinstance(value, Mapping):
        return [value]
    return list(value) if isinstance(value, Sequence) else []


def _texts(holder: Mapping[str, Any], *names: str) -> list[str]:
    return [value for name in names if isinstance(value := holder.get(name), str) and value.strip()]


def _licence(given: Sequence[str]) -> _Licence:
    """The first spelling that is a licence of ours, else the first web address."""
    licences = vocabularies.load("licences")
    code = next((code for raw in given if (code := _term_code(licences, raw))), None)
    page = next((uri for raw in given if (uri := values.iri(raw))), None)
    return (code, None) if code else (None, page)


def _term_code(vocabulary: vocabularies.Vocabulary, raw: Any) -> str | None:
    """The code of a spelling, or of a URI that one of our terms equals."""
    if not isinstance(raw, str):
        return None
    code = vocabulary.code(raw)
    if code or "/" not in raw:
        return code
    return _by_match(vocabulary.scheme).get(values.bare(raw))


def _by_match(scheme: str) -> dict[str, str]:
    if scheme not in _MATCHED:
        _MATCHED[scheme] = {
            values.bare(uri): concept.code
            for concept in reversed(vocabularies.load(scheme).concepts)
            for uri in concept.match.values()
            if "://" in uri
        }
    return _MATCHED[scheme]


_MATCHED: dict[str, dict[str, str]] = {}


def _is_file(resource: Mapping[str, Any], form: str | None) -> bool:
    return resource.get("url_type") == "upload" or bool(resource.get("table_schema")) or (form not in {None, *_NO_FILE})


def _checksum(uri: str, resource: Mapping[str, Any]) -> Checksum | None:
    value = resource.get("hash")
    if not isinstance(value, str) or not _HEX.fullmatch(value) or len(value) not in _ALGORITHMS:
        return None
    return Checksum(f"{uri}#checksum", _ALGORITHMS[len(value)], value.lower())


def _is_table(name: str) -> bool:
    return re.fullmatch(r"[a-z_]{1,63}/[1-9]\d{0,3}", name) is not None


def _is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w-]{1,100}", value, re.ASCII) is not None
