"""Text of any source as one line that every reader of a feed can take."""

from __future__ import annotations

import re

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, and what turns the direction of the text around it. Each becomes a blank."""


def one_line(text: str) -> str:
    """Text without control characters, each run of blanks one space."""
    return " ".join(_UNFIT.sub(" ", text).split())


def shortened(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters; what is longer is cut at a blank where there is one, and ends in ``…``."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_blank = kept.rsplit(" ", 1)[0] if text[limit - 1] != " " else kept
    # A single word of hundreds of letters has no blank near its end.
    return (at_blank if len(at_blank) > limit // 2 else kept).rstrip(" ,;:") + "…"
