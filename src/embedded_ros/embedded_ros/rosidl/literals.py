"""Values in definitions: what follows `=` in a constant, or a field's default."""

from __future__ import annotations

import math

from embedded_ros.rosidl.model import INTEGER_RANGES, Primitive
from rosidl_parser.definition import AbstractGenericString, AbstractNestableType, BasicType

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def strip_comment(line: str) -> str:
    """The line without its comment; a '#' within quotes belongs to the text."""
    quote = ""
    for at, character in enumerate(line):
        if quote:
            if character == quote and line[at - 1] != "\\":
                quote = ""
        elif character in "\"'" and _opens_value(line, at):
            quote = character
        elif character == "#":
            return line[:at].rstrip()
    return line.rstrip()


def _opens_value(line: str, at: int) -> bool:
    # After '=', within an array, or as a default: `string name 'text'`, the third word starts with the quote.
    before = line[:at]
    return before.rstrip()[-1:] in ("=", "[", ",") or (len(before.split()) == 2 and before[-1].isspace())


def parse_primitive(type_: AbstractNestableType, text: str) -> Primitive:
    """The value of `text`. Raises ValueError that says what is wrong with it."""
    if isinstance(type_, AbstractGenericString):
        return _parse_string(type_, text)
    if not isinstance(type_, BasicType):
        raise ValueError("only primitive types and strings can have a value")  # noqa: TRY004  # a definition's mistake
    if type_.typename == "boolean":
        if text.lower() not in _BOOLEANS:
            raise ValueError(f"'{text}' is not a bool; use true or false")
        return _BOOLEANS[text.lower()]
    if type_.typename in ("float", "double"):
        return _parse_float(text)
    if type_.typename == "octet":
        return bytes([_parse_integer("uint8", text)])
    return _parse_integer(type_.typename, text)


def split_array(text: str) -> list[str]:
    """The elements' texts of '[a, b]'. Raises ValueError if the brackets or quotes don't match."""
    if not (text.startswith("[") and text.endswith("]")):
        raise ValueError(f"'{text}' is not an array; write [a, b, …]")
    items, current, quote, previous = [], "", "", ""
    for character in text[1:-1]:
        if quote:
            quote = "" if character == quote and previous != "\\" else quote
        elif character in "\"'":
            quote = character
        previous = character
        if character == "," and not quote:
            items.append(current.strip())
            current = ""
        else:
            current += character
    if quote:
        raise ValueError(f"{text}: a quote is not closed")
    return [*items, current.strip()] if current.strip() else items  # a comma may follow the last element


def _parse_float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a number") from None
    if math.isnan(value):
        raise ValueError("NaN has no place in a definition: it equals nothing")
    return value


def _parse_integer(typename: str, text: str) -> int:
    low, high = INTEGER_RANGES[typename]
    try:
        value = int(text, 0) if text.lstrip("+-")[:2].lower() in ("0x", "0b", "0o") else int(text)
    except ValueError:
        raise ValueError(f"'{text}' is not an integer") from None
    if not low <= value <= high:
        raise ValueError(f"{value} is outside {typename}'s range [{low}, {high}]")
    return value


def _parse_string(type_: AbstractGenericString, text: str) -> str:
    value = text
    if text[:1] in ("'", '"'):
        if len(text) < 2 or text[-1] != text[0]:
            raise ValueError(f"{text}: a quote is not closed")
        value = text[1:-1].replace("\\" + text[0], text[0])
    bound = getattr(type_, "maximum_size", None)
    if bound is not None and len(value) > bound:
        raise ValueError(f"{text} is longer than {bound} characters")
    return value
