"""Building XML elements."""

from __future__ import annotations

import xml.etree.ElementTree as ET


def add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    """A new last child of an element."""
    return ET.SubElement(parent, tag, attributes)


def numbers_text(*numbers: float) -> str:
    """Numbers as an attribute's text; whole nanometres, so that 0.1 + 0.2 stays 0.3 and -1e-17 becomes 0."""
    return " ".join(f"{round(number, 9) + 0.0:.12g}" for number in numbers)
