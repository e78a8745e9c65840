"""Packages as ``package_show`` gives them: those that the forms can save, and whatever else a stock portal holds."""

import string
from datetime import date, timedelta

from hypothesis import strategies as st

from ckanext.patiodigital.dcat.core.description import Agent, Place
from ckanext.patiodigital.dcat.core.reading import Site
from ckanext.patiodigital.schemas import vocabularies

SITE = Site(
    url="https://dados.example.org",
    base="https://dados.example.org",
    title="Dados",
    description="Dados abertos da educação",
    language="pt-BR",
    publisher=Agent(
        "https://dados.example.org#publisher", "Prefeitura", "dados@example.org", "https://dados.example.org/"
    ),
    area=Place(
        "https://sws.geonames.org/3448439/",
        "São Paulo",
        "POLYGON((-46.83 -24.01,-46.36 -24.01,-46.36 -23.35,-46.83 -23.35,-46.83 -24.01))",
        "POINT(-46.595 -23.68)",
    ),
    menus_api=True,
)

#: A dataset of which everything is known.
FULL = {
    "id": "d1",
    "name": "cardapios",
    "title": "Cardápios escolares",
    "notes": "O cardápio planejado de cada dia",
    "organization": {"id": "o1", "name": "sme", "title": "Secretaria Municipal de Educação"},
    "responsible_unit": "SME/CODAE",
    "subject": ["alimentacao"],
    "frequency": "daily",
    "maintainer_email": "dados@example.org",
    "license_id": "cc-by",
    "access_rights": "public",
    "language": ["pt"],
    "temporal_start": "2025-01-01",
    "temporal_end": "2026-12-31",
    "metadata_created": "2026-01-01T10:00:00.123456",
    "metadata_modified": "2026-02-01T10:00:00",
    "tags": [{"name": "merenda"}],
    "caveats": "É o planejado, não o servido",
    "resources": [
        {
            "id": "r1",
            "name": "Cardápios",
            "description": "Uma linha por preparação",
            "format": "CSV",
            "url": "https://dados.example.org/cardapios.csv",
            "table_schema": "menus/1",
            "datastore_active": True,
            "url_type": "upload",
            "size": 120,
            "hash": "ab" * 32,
            "created": "2026-01-01T10:00:00",
            "data_version": "2026-02-01T08:00:00.5Z",
        }
    ],
}

#: What people paste into a field: other scripts, emoji, markup, control characters, much of it.
wild_text = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "aaaa",
            "x",
            " ",
            "<script>alert(1)</script>",
            '"]}\\',
            "مرحبا بالعالم",
            "🍎🍞" * 5,
            "linha\nlinha\r\n\tfim",
            "\x00\x1b[31m\ud800",
            "@prefix : <x> . :a :b :c .",
            "ﬁ ﾠ ­",
            "a" * 10_000,
            "'''\"\"\"",
            "\u2028\u2029",
            "\\u0041 \\",
        ]
    ),
)
wild_address = st.one_of(
    wild_text,
    st.sampled_from(
        [
            "https://ex.org/a b<c>\"d'{e}|f^`g",
            "javascript:alert(1)",
            "http://",
            "https://ex.org:99999/",
            "//ex.org/x",
            "https://usuario:senha@ex.org/a.csv",
            "HTTP://EX.ORG/%zz?q=a b#c d",
            "https://exemplo.órg/çã.csv",
            "ftp://ex.org/a.zip",
            "data:text/csv,1",
            "https://[::1]/a.csv",
            "https://[bad",
            "https://ex.org/" + "a" * 5_000,
            "https://ex.org/a.geojson",
            "mailto:a@ex.org",
            "urn:x:y",
        ]
    ),
)
names = st.text(string.ascii_lowercase + string.digits + "-_", min_size=2, max_size=20)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)
#: Six characters at least, of which two differ, as a person writes.
words = st.lists(
    st.sampled_from(["merenda", "escola", "2026", "às", "“aspas”", "<b>", "&", "ção", "東京", "🍎"]),
    min_size=2,
    max_size=9,
)
titles = words.map(" ".join)
emails = st.builds("{}@{}.org".format, names, st.text(string.ascii_lowercase, min_size=2, max_size=9))


def codes(scheme):
    return st.sampled_from([concept.code for concept in vocabularies.load(scheme).concepts])


#: What the form takes for a licence: those that all three profiles know.
OPEN_LICENCES = ["cc-zero", "cc-by", "odc-odbl", "odc-pddl"]


@st.composite
def resources(draw):
    """A resource as the form saves it, or the loader."""
    key = draw(st.uuids()).hex
    resource = {
        "id": key,
        "state": "active",
        "url": draw(
            st.sampled_from(
                [
                    f"https://dados.example.org/dataset/x/resource/{key}/download/{key}.csv",
                    "http://ex.org/dados.xlsx",
                    "https://ex.org/pagina",
                    "https://ex.org/a b.pdf",
                ]
            )
        ),
        "format": draw(st.sampled_from(["CSV", "XLSX", "PDF", "JSON", "GeoJSON", "HTML", "", "Planilha do Fulano"])),
        "name": draw(st.one_of(st.none(), titles)),
        "description": draw(st.one_of(st.none(), titles)),
        "created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-02-01T10:00:00.5",
    }
    if draw(st.booleans()):
        resource |= {
            "table_schema": "menus/1",
            "datastore_active": True,
            "url_type": "upload",
            "size": draw(st.integers(0, 2**40)),
            "hash": draw(st.sampled_from(["ab" * 32, "ab" * 20, "AB" * 16, "x", ""])),
            "data_version": "2026-02-01T10:00:00.5Z",
        }
    return resource


@st.composite
def education_packages(draw):
    """A dataset that our form, a harvester or the API can save: required fields filled, all others anything valid."""
    start = draw(st.one_of(st.none(), days))
    end = (date.fromisoformat(start) + timedelta(days=draw(st.integers(0, 900)))).isoformat() if start else None
    optional = st.one_of(st.none(), titles)
    return {
        "id": draw(st.uuids()).hex,
        "name": draw(names),
        "state": "active",
        "private": False,
        "type": "dataset",
        "title": draw(titles),
        "notes": draw(titles),
        "organization": {"id": "o1", "name": "sme", "title": draw(titles)},
        "subject": draw(st.lists(codes("subjects"), min_size=1, max_size=3, unique=True)),
        "frequency": draw(codes("frequencies")),
        "maintainer_email": draw(emails),
        "maintainer": draw(optional),
        "responsible_unit": draw(optional),
        "license_id": draw(st.sampled_from(OPEN_LICENCES)),
        "access_rights": draw(codes("access_rights")),
        "language": draw(st.lists(codes("languages"), min_size=1, unique=True)),
        "theme": draw(
            st.one_of(
                st.just([]),
                st.just(["http://publications.europa.eu/resource/authority/data-theme/HEAL"]),
                st.just(["https://ex.org/tema"]),
            )
        ),
        "spatial_resolution_in_meters": draw(st.sampled_from(["", "1", "30"])),
        "spatial_text": draw(st.one_of(st.just("São Paulo"), titles)),
        "spatial_uri": draw(st.sampled_from(["https://sws.geonames.org/3448439/", "https://ex.org/lugar", ""])),
        "temporal_start": start,
        "temporal_end": draw(st.sampled_from([None, end])) if start else None,
        "caveats": draw(optional),
        "provenance": draw(optional),
        "url": draw(st.sampled_from(["", "https://ex.org/sobre os dados"])),
        "conforms_to": draw(st.lists(st.sampled_from(["https://ex.org/norma", "https://ex.org/a b"]), max_size=2)),
        "data_dictionary": draw(st.sampled_from(["", "https://ex.org/dicionario.pdf"])),
        "version": draw(st.sampled_from(["", "1.0"])),
        "tags": [{"name": name, "display_name": name} for name in draw(st.lists(names, max_size=3))],
        "metadata_created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-02-01T10:00:00",
        "resources": draw(st.lists(resources(), max_size=3)),
        "extras": [],
    }


def _maybe(values):
    return st.one_of(st.none(), values)


anything = st.one_of(
    wild_text,
    wild_address,
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(wild_text, max_size=3),
    st.dictionaries(st.sampled_from(["name", "email", "uri", "start", "end"]), wild_text, max_size=3),
)
_FIELDS = (
    "issued",
    "modified",
    "identifier",
    "guid",
    "uri",
    "theme",
    "language",
    "conforms_to",
    "documentation",
    "spatial",
    "spatial_uri",
    "spatial_text",
    "spatial_bbox",
    "temporal_start",
    "temporal_end",
    "temporal_coverage",
    "contact",
    "contact_name",
    "contact_email",
    "provenance",
    "access_rights",
    "frequency",
    "alternate_identifier",
    "in_series",
    "publisher_name",
    "related_resource",
    "source",
    "version",
    "dcat_version",
    "url",
    "license_url",
    "subject",
    "caveats",
    "responsible_unit",
    "data_dictionary",
)


@st.composite
def stock_packages(draw):
    """A dataset of any portal: whatever its forms, harvesters and extras let through."""
    root = draw(st.dictionaries(st.sampled_from(_FIELDS), anything, max_size=8))
    extras = draw(st.dictionaries(st.sampled_from(_FIELDS), anything, max_size=8))
    fields = (
        "format",
        "mimetype",
        "name",
        "description",
        "size",
        "hash",
        "license",
        "created",
        "last_modified",
        "rights",
        "access_url",
        "download_url",
        "table_schema",
        "conforms_to",
    )
    made = [
        {"id": key.hex, "url": url, **more}
        for key, url, more in draw(
            st.lists(
                st.tuples(st.uuids(), wild_address, st.dictionaries(st.sampled_from(fields), anything, max_size=6)),
                max_size=3,
            )
        )
    ]
    return {
        "id": draw(st.uuids()).hex,
        "name": draw(names),
        "state": "active",
        "private": False,
        "type": "dataset",
        "title": draw(wild_text),
        "notes": draw(_maybe(wild_text)),
        "organization": draw(_maybe(st.fixed_dictionaries({"id": st.just("o1"), "name": names, "title": wild_text}))),
        "license_id": draw(_maybe(wild_text)),
        "maintainer_email": draw(_maybe(wild_text)),
        "tags": [{"name": name} for name in draw(st.lists(wild_text, max_size=3))],
        "metadata_created": "2026-01-01T10:00:00.123456",
        "metadata_modified": "2026-02-01T10:00:00",
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "resources": made,
        **root,
    }
