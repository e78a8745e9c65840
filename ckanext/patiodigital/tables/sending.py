"""Sends the files of tables: whole, in part, compressed, or not at all where the reader has them."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import IO

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from ckanext.patiodigital.tables.core.formats import Format
from ckanext.patiodigital.tables.download import packed

#: Bytes read at once.
_CHUNK = 64 * 1024


def send(path: Path, form: Format) -> Response:
    """The answer to GET or HEAD of a table's file.

    FileNotFoundError where there is no such file; RequestedRangeNotSatisfiable where it ends before the part asked for.
    """
    # All is told of the open file: another may take its place at any time.
    file = path.open("rb")
    state = os.fstat(file.fileno())
    tag, encoding = f"{state.st_mtime_ns // 1000:x}-{state.st_size:x}", None
    # A part is one of the file as it is: of a compressed one nobody could read it.
    if "Range" not in request.headers and request.accept_encodings["gzip"] > 0:
        with suppress(FileNotFoundError):
            compressed = packed(path).open("rb")
            if os.fstat(compressed.fileno()).st_mtime_ns == state.st_mtime_ns:
                file.close()
                file, tag, encoding = compressed, f"{tag}-gzip", "gzip"
            else:
                compressed.close()
    response = _conditional(file, tag, datetime.fromtimestamp(state.st_mtime, timezone.utc), form.media_type)
    response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    return response


def _conditional(file: IO[bytes], tag: str, changed: datetime, media_type: str) -> Response:
    """The open file, or what of it the request's conditions and range leave."""
    size = os.fstat(file.fileno()).st_size
    response = Response(FileWrapper(file, _CHUNK), content_type=media_type, direct_passthrough=True)
    response.content_length = size
    response.accept_ranges = "bytes"
    response.last_modified = changed
    response.set_etag(tag)
    # Several parts at once, or more from the end than there is: the whole file is a right answer to these.
    ranges = request.range.ranges if request.range and request.range.units == "bytes" else []
    one_part = len(ranges) == 1 and ranges[0][0] >= -size
    try:
        response.make_conditional(request.environ, accept_ranges=one_part, complete_length=size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    return response
