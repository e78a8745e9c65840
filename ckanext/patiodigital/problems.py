"""Errors for programs as problem details (RFC 9457), the same from every room."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request

#: Of the path asked for, this much is repeated.
LONGEST_INSTANCE = 500


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error of the whole request: ``errors``, which holds those of single parameters, is empty."""
    told = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path[:LONGEST_INSTANCE],
        "errors": [],
    }
    return Response(json.dumps(told), status, {"Content-Type": "application/problem+json", **(headers or {})})
