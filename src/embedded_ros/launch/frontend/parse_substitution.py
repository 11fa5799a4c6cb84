"""Substitutions in texts: `$(name argument ...)`.

    template     = { substitution | text }
    substitution = "$(" name { " " argument } ")"
    argument     = "'" template "'"  |  '"' template '"'  |  { substitution | text without spaces }

A backslash takes the meaning from the character after it. Between quotes, arguments can't be quoted again, and the
other kind of quote is a character like any other.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from embedded_ros.absent import module_getattr

from ..substitutions.text_substitution import TextSubstitution
from .expose import instantiate_substitution

if TYPE_CHECKING:
    from ..substitution import Substitution
    from ..utilities.type_utils import NormalizedValueType, StrSomeValueType

_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_QUOTES = "'\""


@functools.cache
def _text_pattern(excluded: str) -> re.Pattern[str]:
    """Text up to a substitution or an excluded character (as in a character class) that no backslash protects."""
    return re.compile(rf"(?:\\+[^ \\]|[^$\\{excluded}]|\$(?!\()|\\)+", re.DOTALL)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> list[Substitution]:
        template = self._fragments("", quote="")
        if self._at < len(self._text):
            raise self._error("end of text")
        return template

    def _fragments(self, excluded: str, *, quote: str) -> list[Substitution]:
        """Substitutions and texts, up to an excluded character; `quote` is the kind of quote around them."""
        pattern = _text_pattern(excluded)
        fragments: list[Substitution] = []
        while self._at < len(self._text):
            if self._text.startswith("$(", self._at):
                fragments.append(self._substitution(quote))
            elif match := pattern.match(self._text, self._at):
                fragments.append(TextSubstitution(text=replace_escaped_characters(match[0])))
                self._at = match.end()
            else:
                break
        return fragments

    def _substitution(self, quote: str) -> Substitution:
        self._expect("$(")
        name = _NAME.match(self._text, self._at)
        if name is None:
            raise self._error("the name of a substitution")
        self._at = name.end()
        arguments = []
        while self._skip(" "):
            arguments.append(self._argument(quote))
        self._expect(")")
        return instantiate_substitution(name[0], arguments)

    def _argument(self, quote: str) -> list[Substitution]:
        own_quote = self._text[self._at : self._at + 1]
        if not quote and own_quote and own_quote in _QUOTES:
            self._expect(own_quote)
            argument = self._fragments(own_quote, quote=own_quote)
            self._expect(own_quote)
            return argument
        argument = self._fragments(rf" (){quote or _QUOTES}", quote=quote)
        if not argument:
            raise self._error("an argument")
        return argument

    def _skip(self, token: str) -> bool:
        is_there = self._text.startswith(token, self._at)
        self._at += len(token) if is_there else 0
        return is_there

    def _expect(self, token: str) -> None:
        if not self._skip(token):
            raise self._error(f"'{token}'")

    def _error(self, wanted: str) -> ValueError:
        found = f"'{self._text[self._at]}'" if self._at < len(self._text) else "its end"
        return ValueError(f"substitutions in '{self._text}': expected {wanted} at character {self._at}, found {found}")


def replace_escaped_characters(data: str) -> str:
    """`data` without the backslashes that protect the character after them."""
    return re.sub(r"\\(.)", r"\1", data)


def parse_substitution(string_value: str) -> list[Substitution]:
    """The parts of a text that may hold substitutions; ValueError says where one is malformed."""
    return _Reader(string_value).whole() or [TextSubstitution(text="")]


def parse_if_substitutions(value: StrSomeValueType) -> NormalizedValueType:
    """Texts, also those in a list, with their substitutions parsed; what holds none stays as it is.

    ValueError if that leaves a list of several types.
    """
    if not isinstance(value, list):
        return _parsed_if_text(value)
    output = [_parsed_if_text(item) for item in value]
    # What will come out of a substitution is not known yet: it fits everywhere.
    if len({type(item) for item in output if not isinstance(item, list)}) > 1:
        raise ValueError(f"The result is a non-uniform list: {value}")
    return output


def _parsed_if_text(value: object) -> NormalizedValueType:
    if not isinstance(value, str):
        return value  # type: ignore[return-value]
    output = parse_substitution(value)
    return output[0].text if len(output) == 1 and isinstance(output[0], TextSubstitution) else output


# Parts of the generated parser that Jazzy uses.
__getattr__ = module_getattr(__name__, frozenset({"ExtractSubstitution", "get_grammar_path"}))
