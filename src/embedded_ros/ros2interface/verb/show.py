"""`ros2 interface show`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ros2cli.helpers import complete_with
from ros2interface.api import type_completer
from ros2interface.verb import VerbExtension

# A field: type (with package or not, with array bounds), then a name. A constant has '=' behind its name.
_FIELD = re.compile(r"^(?P<type>[A-Za-z][\w/]*)(?:<=\d+)?(?:\[[^\]]*\])?\s+[a-z]\w*\s*(?!\s*=)")
# What stands before a comment; a '#' in quotes begins none.
_CODE = re.compile(r"""(?:"[^"]*"|'[^']*'|[^#"'])*""")


class ShowVerb(VerbExtension):
    """Output the interface definition."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        comments = parser.add_mutually_exclusive_group()
        comments.add_argument(
            "--all-comments", action="store_true", help="show the comments of nested interfaces as well"
        )
        comments.add_argument("--no-comments", action="store_true", help="show no comments and no empty lines")
        action = parser.add_argument(
            "type", action=_FromStdin, help="interface, e.g. std_msgs/msg/String; '-' reads it from standard input"
        )
        complete_with(action, type_completer)

    def main(self, *, args: argparse.Namespace) -> str | None:
        try:
            for line in _lines(args.type, has_comments=not args.no_comments, is_nested_too=args.all_comments):
                print(line)
        except (LookupError, OSError, ValueError) as error:
            return str(error)
        return None


class _FromStdin(argparse.Action):
    """An argument for which '-' is a line of standard input."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option_string: object = None
    ) -> None:
        if values == "-":
            if sys.stdin.isatty():
                parser.error("expected stdin pipe")
            values = sys.stdin.readline().strip()
        if not values:
            parser.error("the passed value is empty")
        setattr(namespace, self.dest, values)


def _lines(name: str, *, has_comments: bool, is_nested_too: bool) -> Iterator[str]:
    """The definition, the fields of nested messages indented below theirs."""
    from rosidl_runtime_py import get_interface_path

    package, *_ = parts = name.split("/")
    if len(parts) != 3:
        raise ValueError(f"Invalid name '{name}'. Expected three parts separated by '/'")
    for line in Path(get_interface_path(name)).read_text(encoding="utf-8").splitlines():
        found = _CODE.match(line)
        code = found.group().rstrip() if found else ""
        if has_comments:
            yield line.rstrip()
        elif code:
            yield code
        nested = _nested_type(code, package)
        if nested is not None:
            for inner in _lines(nested, has_comments=is_nested_too, is_nested_too=is_nested_too):
                yield f"\t{inner}" if inner else ""


def _nested_type(code: str, package: str) -> str | None:
    """The full name of the message that a line has a field of; None for basic types and other lines."""
    match = _FIELD.match(code)
    if match is None:
        return None
    parts = match["type"].split("/")
    if len(parts) == 1 and parts[0][0].islower():
        return None
    return f"{parts[0] if len(parts) > 1 else package}/msg/{parts[-1]}"
