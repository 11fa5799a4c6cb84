"""`ament_index`: what is in the resource index."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from ament_index_python.resources import get_resource, get_resource_types, get_resources


def main(argv: Sequence[str] | None = None) -> str | None:
    """Print the types, the resources of a type, or one resource; the text of an error, which becomes exit status 1."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    if arguments.resource_type is None:
        print(*sorted(get_resource_types()), sep="\n")
        return None
    if arguments.resource_name is None:
        for name, prefix in sorted(get_resources(arguments.resource_type).items()):
            print(f"{name}\t{prefix}")
        return None
    try:
        content, prefix = get_resource(arguments.resource_type, arguments.resource_name)
    except (LookupError, OSError) as error:
        return str(error)
    print(prefix)
    if content:
        print(f"<<<\n{content}\n>>>")
    return None


def _parser() -> argparse.ArgumentParser:
    import argcomplete

    parser = argparse.ArgumentParser(description="Query the ament resource index.")
    type_: Any = parser.add_argument("resource_type", nargs="?", metavar="TYPE", help="The type of the resource")
    type_.completer = resource_type_completer
    name: Any = parser.add_argument("resource_name", nargs="?", metavar="NAME", help="The name of the resource")
    name.completer = resource_name_completer
    argcomplete.autocomplete(parser, exclude=["-h", "--help"])
    return parser


def resource_type_completer(prefix: str, **_kwargs: Any) -> Iterator[str]:
    """Types that start so."""
    return (name for name in get_resource_types() if name.startswith(prefix))


def resource_name_completer(prefix: str, parsed_args: argparse.Namespace, **_kwargs: Any) -> Iterator[str]:
    """Resources of the given type that start so."""
    resource_type = getattr(parsed_args, "resource_type", None)
    return (name for name in (get_resources(resource_type) if resource_type else ()) if name.startswith(prefix))


if __name__ == "__main__":
    sys.exit(main())
