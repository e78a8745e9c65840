"""Which requests are public, and what of a request an answer may depend on."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from ckanext.patiodigital.edge.core.quota import Quota

MAX_QUERY = 2048  # characters; the longest true query, a search with every filter, stays under 300


@dataclass(frozen=True)
class Version:
    """A state of everything that a room's answers are made from.

    `token` names the state: the data versions of the tables used, the source state shown, the opening day in
    the portal's zone. Two readings with equal tokens promise equal answers. `changed` is the latest instant
    (aware) at which the data changed, for `Last-Modified`; None where it is not known.
    """

    token: str
    changed: datetime | None = None


@dataclass(frozen=True)
class PublicRoute:
    """A path, and everything below it, whose answers to GET are the same for every reader.

    `prefix` starts with a slash and ends without one, and carries no language: `/cardapio` also covers
    `/en/cardapio/094617`. What needs a login must not lie below it.

    `version` is called outside any request, by any thread, at most once a second a process: it opens and
    closes its own connection. Routes that hand over the same function share its readings. None where the answers
    are files: the application then judges conditions and ranges, and nothing is kept.

    `params` are the query parameters that answers depend on; any other (a campaign's tag) is taken out before
    the application sees it. None lets all through, for an API that refuses what it does not know.

    `cors` lets programs on other sites read the answers. `quota` limits how many answers one sender may have made.
    """

    prefix: str
    version: Callable[[], Version] | None
    params: frozenset[str] | None = None
    cors: bool = False
    quota: Quota | None = None

    def __post_init__(self) -> None:
        if not self.prefix.startswith("/") or self.prefix.endswith("/"):
            raise ValueError(f"public route {self.prefix!r}: a prefix starts with a slash and ends without")

    def covers(self, path: str) -> bool:
        """Whether `path`, without its language, is the prefix or lies below it."""
        return path == self.prefix or path.startswith(self.prefix + "/")

    def normal_query(self, query: str) -> str:
        """`query` with only what answers depend on, sorted by name; repeated values keep their order."""
        if not query:
            return ""
        pairs = parse_qsl(query, keep_blank_values=True)
        if self.params is not None:
            pairs = [pair for pair in pairs if pair[0] in self.params]
        return urlencode(sorted(pairs, key=lambda pair: pair[0]))


class Match(NamedTuple):
    """A path on a public route; `language` is CKAN's URL prefix, empty for the portal's default."""

    route: PublicRoute
    language: str
    path: str


class Routes:
    """The public routes of all rooms, found by path."""

    def __init__(self, routes: Iterable[PublicRoute], locales: Collection[str]) -> None:
        # The longest prefix first, so that a room may set rules of its own for a part of another's path.
        self._routes = sorted(routes, key=lambda route: len(route.prefix), reverse=True)
        self._locales = frozenset(locales)

    def __iter__(self) -> Iterator[PublicRoute]:
        return iter(self._routes)

    def match(self, path_info: str) -> Match | None:
        """The public route of a request's path, or None where the request is none of ours."""
        language, path = "", path_info
        first, _, rest = path_info[1:].partition("/")
        if first in self._locales:
            language, path = first, "/" + rest
        for route in self._routes:
            if route.covers(path):
                return Match(route, language, path)
        return None
