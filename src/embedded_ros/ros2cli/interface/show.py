"""`ros2 interface show`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from ros2cli.direct import show
from ros2cli.errors import Ros2CliError

# A field: type (with package or not, with array bounds), then a name. A constant has '=' behind its name.
_FIELD = re.compile(r"^(?P<type>[A-Za-z][\w/]*)(?:<=\d+)?(?:\[[^\]]*\])?\s+[a-z]\w*\s*(?!\s*=)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("type", help="interface, e.g. nav2_msgs/action/NavigateToPose")
    parser.add_argument("--all-comments", action="store_true", help="show the comments of nested interfaces as well")
    parser.add_argument("--no-comments", action="store_true", help="show no comments")


def main(args: argparse.Namespace) -> int:
    """Print the definition, the fields of nested messages indented below theirs."""
    for line in _lines(args.type, is_nested=False, args=args):
        show(line)
    return 0


def _lines(name: str, *, is_nested: bool, args: argparse.Namespace) -> Iterator[str]:
    package = name.split("/", maxsplit=1)[0]
    has_comments = not args.no_comments and (args.all_comments or not is_nested)
    for line in _text(name).splitlines():
        bare = line.split("#")[0].rstrip()
        if (is_nested or args.no_comments) and not bare:
            continue
        yield line.rstrip() if has_comments else bare
        nested = _nested_type(bare, package)
        if nested is not None:
            yield from (f"\t{inner}" for inner in _lines(nested, is_nested=True, args=args))


def _text(name: str) -> str:
    from rosidl_runtime_py import get_interface_path

    try:
        return Path(get_interface_path(name)).read_text(encoding="utf-8")
    except (LookupError, OSError, ValueError) as error:
        raise Ros2CliError(f"no interface '{name}': see `ros2 interface list` ({error})") from error


def _nested_type(line: str, package: str) -> str | None:
    """The full name of the message that a line has a field of; None for basic types and other lines."""
    match = _FIELD.match(line)
    if match is None:
        return None
    parts = match["type"].split("/")
    if len(parts) == 1 and parts[0][0].islower():
        return None
    return f"{parts[0] if len(parts) > 1 else package}/msg/{parts[-1]}"
