"""Where commands and verbs come from: a table of our own, and the entry points of other distributions."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

COMMAND_GROUP: Final = "ros2cli.command"

_COMMANDS: Final = ("action", "interface", "launch", "lifecycle", "node", "param", "pkg", "run", "service", "topic")
_VERBS: Final = {
    "action": ("find", "info", "list", "send_goal", "type"),
    "interface": ("list", "package", "packages", "proto", "show"),
    "lifecycle": ("get", "list", "nodes", "set"),
    "node": ("info", "list"),
    "param": ("delete", "describe", "dump", "get", "list", "load", "set"),
    "pkg": ("create", "executables", "list", "prefix", "xml"),
    "service": ("call", "echo", "find", "info", "list", "type"),
    "topic": ("bw", "delay", "echo", "find", "hz", "info", "list", "pub", "type"),
}

# What Jazzy has in a group and this underlay does not.
ABSENT: Final = {
    COMMAND_GROUP: frozenset(
        {"bag", "component", "control", "doctor", "extension_points", "extensions", "multicast", "security", "wtf"}
    )
}


def own_entry_points(group_name: str) -> dict[str, str]:
    """'module:class' by name of what this underlay has in a group."""
    return _OWN.get(group_name, {})


def get_entry_points(group_name: str) -> dict[str, str]:
    """The same, with what other installed distributions add to the group."""
    from importlib.metadata import entry_points  # slow to import, and seldom needed

    foreign = {entry.name: entry.value for entry in entry_points(group=group_name)}
    return {**foreign, **own_entry_points(group_name)}


def load_entry_point(reference: str) -> Any:
    """The class that 'module:class' names. Raises ImportError or AttributeError."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


def get_first_line_doc(any_type: Any) -> str:
    """First line of the docstring without its full stop; '' where there is none."""
    lines = (any_type.__doc__ or "").strip().splitlines()
    return lines[0].rstrip(".") if lines else ""


def _class_name(name: str, kind: str) -> str:
    return "".join(word.capitalize() for word in name.split("_")) + kind


def _verbs(package: str, names: tuple[str, ...]) -> dict[str, str]:
    return {name: f"{package}.{name}:{_class_name(name, 'Verb')}" for name in names}


_OWN: Final = {
    COMMAND_GROUP: {
        **{name: f"ros2{name}.command.{name}:{_class_name(name, 'Command')}" for name in _COMMANDS},
        "daemon": "ros2cli.command.daemon:DaemonCommand",
    },
    "ros2cli.daemon.verb": _verbs("ros2cli.verb.daemon", ("start", "status", "stop")),
    **{f"ros2{command}.verb": _verbs(f"ros2{command}.verb", names) for command, names in _VERBS.items()},
}
