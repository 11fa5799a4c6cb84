"""Matching of texts and lines with what is expected of them; below the modules that need it, `tools` among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

ExpectedText: TypeAlias = str | re.Pattern[str] | Iterable[str | re.Pattern[str]]
Span: TypeAlias = tuple[int, int]
TextMatch: TypeAlias = Callable[..., Span | None]  # (actual, start=0) -> where it was found
LineMatch: TypeAlias = Callable[..., Span | None]


def normalize_lineseps(lines: str) -> str:
    r"""The text with `\n` at line ends; a pseudo-terminal gives `\r\n`."""
    return lines.replace("\r\n", "\n")


def build_text_match(expected_text: ExpectedText, *, strict: bool = False) -> TextMatch:
    """A function of a text and a start that gives the span in which `expected_text` was found, or None.

    It is a text, a pattern, or several of them, to be found one after the other. `strict`: right from the start on, a
    text up to the end, and several without anything between them. ValueError for anything else.
    """
    if isinstance(expected_text, str):
        return _text_finder(expected_text, strict=strict)
    if isinstance(expected_text, re.Pattern):
        return _pattern_finder(expected_text, strict=strict)
    if not isinstance(expected_text, Iterable):
        raise ValueError(f"Unknown format for expected text: {expected_text!r}")  # noqa: TRY004
    in_order = _in_order([build_text_match(text) for text in expected_text], strict=strict)
    return lambda actual, start=0: in_order(normalize_lineseps(actual), start)


def _text_finder(expected: str, *, strict: bool) -> TextMatch:
    def find(actual: str, start: int = 0) -> Span | None:
        actual = normalize_lineseps(actual)
        if strict:
            return (start, len(actual)) if actual[start:] == expected else None
        found = actual.find(expected, start)
        return None if found < 0 else (found, found + len(expected))

    return find


def _pattern_finder(expected: re.Pattern[str], *, strict: bool) -> TextMatch:
    def find(actual: str, start: int = 0) -> Span | None:
        search = expected.match if strict else expected.search
        found = search(normalize_lineseps(actual), start)
        return None if found is None else found.span()

    return find


def build_line_match(expected_lines: ExpectedText, *, strict: bool = False) -> LineMatch:
    """A function of lines and a start that gives the span of lines in which `expected_lines` was found, or None.

    A text must be in a line, a pattern match its beginning; several must be found in lines one after the other.
    `strict`: a text equals, or a pattern matches, all lines, and several are found without lines between them.
    """
    if isinstance(expected_lines, str):
        text = expected_lines
        return _line_finder((lambda line: line == text) if strict else (lambda line: text in line), strict=strict)
    if isinstance(expected_lines, re.Pattern):
        pattern = expected_lines
        return _line_finder(lambda line: pattern.match(line) is not None, strict=strict)
    if not isinstance(expected_lines, Iterable):
        raise ValueError(f"Unknown format for expected lines: {expected_lines!r}")  # noqa: TRY004
    return _in_order([build_line_match(line) for line in expected_lines], strict=strict)


def _line_finder(is_wanted: Callable[[str], bool], *, strict: bool) -> LineMatch:
    def find(actual: Sequence[str], start: int = 0) -> Span | None:
        if strict:
            return (start, len(actual)) if all(map(is_wanted, actual[start:])) else None
        found = next((at for at, line in enumerate(actual[start:], start=start) if is_wanted(line)), None)
        return None if found is None else (found, found + 1)

    return find


def _in_order(matches: Sequence[Callable[..., Span | None]], *, strict: bool) -> Callable[..., Span | None]:
    def find(actual: Any, start: int = 0) -> Span | None:
        first, end = None, start
        for match in matches:
            span = match(actual, end)
            if span is None or (strict and span[0] != end):
                return None
            first = span[0] if first is None else first
            end = span[1]
        return start if first is None else first, end

    return find
