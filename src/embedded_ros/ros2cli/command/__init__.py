"""Commands of `ros2` and their verbs: only what the command line selects is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from ros2cli.entry_points import ABSENT, get_entry_points, get_first_line_doc, load_entry_point, own_entry_points
from ros2cli.verb import VerbExtension

ExitCode = int | str | None
"""None and 0: done. A text is printed to stderr and makes it 1."""


class CommandExtension:
    """A command; the first line of its docstring is its help."""

    NAME: str | None = None
    EXTENSION_POINT_VERSION = "0.1"

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        """Add the command's own; `cli_name` is what a person has typed so far, such as 'ros2 run'."""

    def main(self, *, parser: argparse.ArgumentParser, args: argparse.Namespace) -> ExitCode:
        """Run it."""
        raise NotImplementedError(f"{type(self).__name__}.main")


class VerbCommand(CommandExtension):
    """A command that has verbs, which are the entry points of a group."""

    VERB_GROUP: ClassVar[str]

    def add_arguments(
        self, parser: argparse.ArgumentParser, cli_name: str, *, argv: Sequence[str] | None = None
    ) -> None:
        """Add the verbs."""
        self._subparser = parser
        add_subparsers_on_demand(parser, cli_name, "_verb", self.VERB_GROUP, required=False, argv=argv)

    def main(self, *, parser: argparse.ArgumentParser, args: argparse.Namespace) -> ExitCode:
        """Run the verb, or show the help where there is none."""
        verb: VerbExtension | None = getattr(args, "_verb", None)
        if verb is None:
            self._subparser.print_help()
            return 0
        return verb.main(args=args)


def add_subparsers_on_demand(
    parser: argparse.ArgumentParser,
    cli_name: str,
    dest: str,
    group_name: str,
    hide_extensions: Collection[str] | None = None,
    required: bool = True,
    argv: Sequence[str] | None = None,
) -> Any:
    """A parser for each extension of a group, with arguments for the one that `argv` (default: sys.argv) selects.

    Without a selection the extensions are listed. The selected one ends up in the parsed arguments as `dest`.
    """
    name = _selected(cli_name, argv)
    references = own_entry_points(group_name)
    if name not in references:
        references = get_entry_points(group_name)
        if name in ABSENT.get(group_name, ()) and name not in references:
            parser.error(f"'{name}' of ROS 2 Jazzy is not in the embedded underlay")
    is_known = name in references
    subparsers = parser.add_subparsers(
        title="Commands",
        description=None if is_known else _listing(references, hide_extensions or ()),
        metavar=f"Call `{cli_name} <command> -h` for more detailed usage.",
        dest=f" {dest.lstrip('_')}",  # with a blank it cannot be the name of an argument
        required=required,
    )
    for known in [name] if is_known else sorted(references):
        child = subparsers.add_parser(known, formatter_class=argparse.RawDescriptionHelpFormatter)
        if is_known:
            _fill(child, f"{cli_name} {known}", dest, load_entry_point(references[known])(), argv)
    return subparsers


def _fill(
    parser: argparse.ArgumentParser, cli_name: str, dest: str, extension: Any, argv: Sequence[str] | None
) -> None:
    extension.NAME = cli_name.rpartition(" ")[2]
    parser.description = get_first_line_doc(extension)
    parser.set_defaults(**{dest: extension})
    if isinstance(extension, VerbCommand):
        extension.add_arguments(parser, cli_name, argv=argv)
    else:
        extension.add_arguments(parser, cli_name)


def _selected(cli_name: str, argv: Sequence[str] | None) -> str:
    """The word that the command line has next behind `cli_name`, or ''; options up to there have no values."""
    words = list(sys.argv[1:] if argv is None else argv)
    if is_completion_requested():
        from argcomplete.lexers import split_line

        words = split_line(os.environ["COMP_LINE"], int(os.environ["COMP_POINT"]))[3][1:]
    depth = len(cli_name.split()) - 1
    return next(iter([word for word in words if not word.startswith("-")][depth:]), "")


def is_completion_requested() -> bool:
    """Whether the shell runs the command to complete a line."""
    return "_ARGCOMPLETE" in os.environ


def _listing(references: dict[str, str], hidden: Collection[str]) -> str:
    names = sorted(name for name in references if name not in hidden)
    width = max(map(len, names), default=0)
    return "\n".join(f"{name:{width}}  {_summary(references[name])}" for name in names)


def _summary(reference: str) -> str:
    try:
        return get_first_line_doc(load_entry_point(reference))
    except (AttributeError, ImportError) as error:
        return f"(cannot be loaded: {error})"
