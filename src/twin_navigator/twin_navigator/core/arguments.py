"""Command lines of a process with two nodes."""

from __future__ import annotations

from collections.abc import Sequence

_NAME_RULES = ("__node:=", "__name:=")
_REMAP = ("-r", "--remap")


def without_node_name(arguments: Sequence[str]) -> list[str]:
    """The arguments without `-r __node:=NAME`: such a rule would give all nodes of the process one name."""
    kept: list[str] = []
    for argument in arguments:
        if any(rule in argument for rule in _NAME_RULES):
            if kept and kept[-1] in _REMAP:
                kept.pop()
            continue
        kept.append(argument)
    return kept
