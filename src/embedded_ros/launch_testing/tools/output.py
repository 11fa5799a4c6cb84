"""Filtering and matching of output."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from osrf_pycommon.terminal_color import remove_ansi_escape_sequences  # type: ignore[import-untyped]

from .._text import ExpectedText, build_line_match, build_text_match


def get_default_filtered_prefixes() -> list[str]:
    """Lines that begin so are left out by default."""
    return ["pid", "rc"]


def get_default_filtered_patterns() -> list[str]:
    """Lines that match one of these are left out by default."""
    return []


def basic_output_filter(
    filtered_prefixes: Iterable[str] | None = None, filtered_patterns: Iterable[str] | None = None
) -> Callable[[str], str]:
    """A function that leaves lines out of a text: those with one of the prefixes, or that match one of the patterns."""
    prefixes = tuple(get_default_filtered_prefixes() if filtered_prefixes is None else filtered_prefixes)
    texts = get_default_filtered_patterns() if filtered_patterns is None else filtered_patterns
    patterns = [re.compile(text) for text in texts]

    def keep(line: str) -> bool:
        return not line.startswith(prefixes) and not any(pattern.match(line) for pattern in patterns)

    return lambda output: "".join(line for line in output.splitlines(keepends=True) if keep(line))


def expected_output_from_file(path: str, encoding: str | None = None) -> list[str] | list[re.Pattern[str]]:
    """Lines of the file `path`.txt, or, if there is none, the patterns in `path`.regex; RuntimeError without either."""
    texts, patterns = Path(f"{path}.txt"), Path(f"{path}.regex")
    if texts.is_file():
        return texts.read_text(encoding=encoding).splitlines()
    if patterns.is_file():
        return [re.compile(line) for line in patterns.read_text(encoding=encoding).splitlines()]
    raise RuntimeError(f"could not find output check file: {texts} or {patterns}")


def expect_output(
    text: str | None = None,
    *,
    lines: Sequence[str] | None = None,
    expected_text: ExpectedText | None = None,
    expected_lines: ExpectedText | None = None,
    strip_ansi_escape_sequences: bool = True,
    strict: bool = False,
) -> bool:
    """Whether `text` or `lines` (one of them) holds what is expected of it: `expected_text` or `expected_lines`.

    See launch_testing.tools.text for what that may be; ValueError unless one of each pair is given.
    """
    if (text is None) == (lines is None):
        raise ValueError("Either lines or text, but not both, must be specified")
    if expected_text is not None and expected_lines is None:
        actual = "\n".join(lines or ()) if text is None else text
        if strip_ansi_escape_sequences:
            actual = remove_ansi_escape_sequences(actual)
        return build_text_match(expected_text, strict=strict)(actual) is not None
    if expected_lines is None or expected_text is not None:
        raise ValueError("Either expected lines or text, but not both, must be specified")
    actual_lines = list(lines or ()) if text is None else text.splitlines()
    if strip_ansi_escape_sequences:
        actual_lines = [remove_ansi_escape_sequences(line) for line in actual_lines]
    return build_line_match(expected_lines, strict=strict)(actual_lines) is not None
