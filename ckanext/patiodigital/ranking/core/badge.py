"""A badge as SVG: text and a score, readable without colours."""

from __future__ import annotations

from xml.sax.saxutils import escape

_HEIGHT = 20
#: Pixels of a character of 11 px Verdana, on average; the widths are stated, so that any font fits.
_CHARACTER = 6.6
_PADDING = 12
#: White text on each is 4.5:1 or more.
_COLOURS = ((75, "#1b6b3a"), (50, "#1d5fa8"), (25, "#8a5200"), (0, "#a3262a"))


def badge(label: str, value: str, share: float) -> str:
    """``share`` is 0 to 100."""
    left, right = (round(len(text) * _CHARACTER) + _PADDING for text in (label, value))
    colour = next(colour for least, colour in _COLOURS if share >= least or least == 0)
    said, name = escape(f"{label}: {value}"), escape
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f'aria-label="{said.replace(chr(34), "&quot;")}"><title>{said}</title>'
        f'<rect width="{left}" height="{_HEIGHT}" fill="#333"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2:g}" y="14" textLength="{left - _PADDING}">{name(label)}</text>'
        f'<text x="{left + right / 2:g}" y="14" textLength="{right - _PADDING}">{name(value)}</text></g></svg>'
    )
