"""Building XML: elements from the inside out, and their bytes."""

from __future__ import annotations

from xml.etree import ElementTree as ET


def element(tag: str, *content: ET.Element | str, **attributes: str) -> ET.Element:
    """An element with its content: text, or elements in their order. Names of a namespace need ``xmlns`` above them."""
    made = ET.Element(tag, attributes)
    for part in content:
        if isinstance(part, str):
            made.text = part
        else:
            made.append(part)
    return made


def document(root: ET.Element) -> bytes:
    """An XML document in UTF-8."""
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))
