"""Solr 9: one server a profile, with one core `ckan`.

The schema is CKAN's own, from the installed wheel, made Portuguese by `portuguese_schema`, so that it stays
in step with CKAN.
"""

from __future__ import annotations

import http.client
import xml.etree.ElementTree as ET
from functools import partial
from http import HTTPStatus
from pathlib import Path

from stack.account import Account
from stack.console import StackError
from stack.probe import answers_http
from stack.settings import CLONE, LOOPBACK, Profile
from stack.supervise import Program

SOURCES = CLONE / "stack" / "solr"
_HEAP = "512m"


def portuguese_schema(schema: str) -> str:
    """Turn CKAN's `schema.xml` into one whose searches forgive missing accents and plurals.

    - `text` (titles, descriptions, the catch-all field): accents are folded *before* stemming, and `-oes`
      becomes `-ao`, so that "cardapio" meets "Cardápios" and "refeicoes" meets "refeição"; then Portuguese
      light stemming in the place of English.
    - `text_general` and `text_ngram` (names, prefixes): accents are folded, nothing is stemmed.

    Raises StackError when the schema no longer has the filters that this expects.
    """
    # From the CKAN wheel that pip installed, so trusted.
    root = ET.fromstring(schema)  # noqa: S314  # nosec B314
    for analyzer in _analyzers(root, "text"):
        stemmer = _filter(analyzer, "solr.SnowballPorterFilterFactory")
        folding = _filter(analyzer, "solr.ASCIIFoldingFilterFactory")
        analyzer.remove(folding)
        place = list(analyzer).index(stemmer)
        analyzer.remove(stemmer)
        plural = {"class": "solr.PatternReplaceFilterFactory", "pattern": "oes$", "replacement": "ao"}
        analyzer.insert(place, folding)
        analyzer.insert(place + 1, ET.Element("filter", plural))
        analyzer.insert(place + 2, ET.Element("filter", {"class": "solr.PortugueseLightStemFilterFactory"}))
    for field_type in ("text_general", "text_ngram"):
        for analyzer in _analyzers(root, field_type):
            lower = _filter(analyzer, "solr.LowerCaseFilterFactory")
            place = list(analyzer).index(lower) + 1
            analyzer.insert(place, ET.Element("filter", {"class": "solr.ASCIIFoldingFilterFactory"}))
    return ET.tostring(root, encoding="unicode")


class Solr:
    """The Solr of one profile."""

    def __init__(self, profile: Profile, account: Account) -> None:
        self._profile = profile
        self._account = account
        self._root = profile.root / "solr"

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._profile.ports.solr}/solr/ckan"

    @property
    def schema(self) -> Path:
        """The schema in use; when it changes, the index must be built again."""
        return self._root / "ckan" / "conf" / "schema.xml"

    def prepare(self) -> Program:
        """Write the core's configuration, and say how to run the server."""
        for folder in (self._root, self._root / "ckan", self._root / "ckan" / "conf", self._root / "tmp"):
            self._account.make_folder(folder)
        configuration = {
            self._root / "solr.xml": "<solr/>\n",
            self._root / "ckan" / "core.properties": "name=ckan\n",
            self.schema: portuguese_schema(self._stock_schema()),
            self.schema.with_name("solrconfig.xml"): (SOURCES / "solrconfig.xml").read_text(encoding="utf-8"),
            # Named by CKAN's schema; the portal has no synonyms of its own yet.
            self.schema.with_name("synonyms.txt"): "",
            self._root / "log4j2.xml": (SOURCES / "log4j2.xml").read_text(encoding="utf-8"),
        }
        for path, text in configuration.items():
            self._account.write(path, text)
        programs = self._profile.home.solr
        return Program(
            name="solr",
            command=[
                "java",
                f"-Xmx{_HEAP}",
                "-XX:+UseSerialGC",  # the smallest and, with a heap and a core count like these, the fastest
                "-XX:+ExitOnOutOfMemoryError",  # the supervisor starts a healthy one
                f"-Dsolr.solr.home={self._root}",
                f"-Dsolr.log.dir={self._root}",
                f"-Djava.io.tmpdir={self._root / 'tmp'}",
                f"-Dlog4j2.configurationFile={self._root / 'log4j2.xml'}",
                "-cp",
                f"{programs / 'classes'}:{programs / 'lib'}/*",
                "SolrServer",
                str(self._profile.ports.solr),
            ],
            account=self._account,
            answers=partial(answers_http, self._profile.ports.solr, "/solr/ckan/select?q=id:none&rows=0"),
            port=self._profile.ports.solr,
            foundation=True,
            reads=[*configuration, programs / "classes"],
            directory=self._root,
        )

    def clear(self) -> None:
        """Empty the index."""
        connection = http.client.HTTPConnection(LOOPBACK, self._profile.ports.solr)
        everything = "<delete><query>*:*</query></delete>"
        connection.request("POST", "/solr/ckan/update?commit=true", everything, {"Content-Type": "text/xml"})
        status = connection.getresponse().status
        connection.close()
        if status != HTTPStatus.OK:
            raise StackError(f"Solr does not empty its index: it answers {status}.")

    def _stock_schema(self) -> str:
        found = list(self._profile.home.venv.glob("lib/python3*/site-packages/ckan/config/solr/schema.xml"))
        if not found:
            raise StackError(f"CKAN's Solr schema is not in {self._profile.home.venv}: is CKAN installed there?")
        return found[0].read_text(encoding="utf-8")


def _analyzers(root: ET.Element, field_type: str) -> list[ET.Element]:
    found = root.findall(f".//fieldType[@name='{field_type}']/analyzer")
    if not found:
        raise StackError(f"CKAN's Solr schema has no field type {field_type!r}: adapt stack/solr.py to this CKAN.")
    return found


def _filter(analyzer: ET.Element, name: str) -> ET.Element:
    found = analyzer.find(f"filter[@class='{name}']")
    if found is None:
        raise StackError(f"CKAN's Solr schema has an analyzer without {name}: adapt stack/solr.py to this CKAN.")
    return found
