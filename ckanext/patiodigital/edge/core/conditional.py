"""Validators and encodings: what RFC 9110 says about ETag, If-None-Match and Accept-Encoding."""

import hashlib
import json
import re
from collections.abc import Iterable

GZIP_SUFFIX = "-gzip"

_ENTITY_TAG = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def opaque_tag(*parts: str) -> str:
    """The opaque part of a strong ETag over `parts`, in their order; the same in every process."""
    # JSON keeps the parts apart: ("a", "b") and ("ab", "") must not meet.
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return digest[:32]


def asks_for_any(if_none_match: str) -> bool:
    """Whether the condition is `*`: any answer at all."""
    return if_none_match.strip() == "*"


def matched(if_none_match: str, tags: Iterable[str]) -> str | None:
    """The first of `tags` (opaque parts) that the condition names, by weak comparison."""
    named = set(_ENTITY_TAG.findall(if_none_match))
    return next((tag for tag in tags if tag in named), None)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a reader takes gzip: named, or covered by `*`, with a weight above zero."""
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        coding, _, parameters = item.partition(";")
        weights[coding.strip()] = _weight(parameters)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0  # not understood, so not relied upon
