"""What all verbs have in common."""

from __future__ import annotations

import argparse


class VerbExtension:
    """A verb of a command; the first line of its docstring is its help."""

    NAME: str | None = None
    EXTENSION_POINT_VERSION = "0.1"

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        """Add the verb's own; `cli_name` is what a person has typed so far, such as 'ros2 topic list'."""

    def main(self, *, args: argparse.Namespace) -> int | str | None:
        """Run it. None and 0: done; a text is printed to stderr and makes it 1."""
        raise NotImplementedError(f"{type(self).__name__}.main")
