"""Finds and runs the command; a command's module is imported only when it is asked for, so that help is fast."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from .errors import Ros2CliError

# Command, or command and verb → what it does. A command without verbs has one entry under itself.
COMMANDS: Final[dict[str, str | dict[str, str]]] = {
    "action": {"list": "Output a list of action names", "send_goal": "Send an action goal"},
    "interface": {"list": "List all interface types", "show": "Output the interface definition"},
    "launch": "Run a launch file",
    "node": {"info": "Output information about a node", "list": "Output a list of available nodes"},
    "param": {"get": "Get parameter", "list": "Output a list of available parameters", "set": "Set parameter"},
    "pkg": {
        "executables": "Output a list of package specific executables",
        "list": "Output a list of available packages",
        "prefix": "Output the prefix path of a package",
    },
    "run": "Run a package specific executable",
    "service": {"call": "Call a service", "list": "Output a list of available services", "type": "Output its type"},
    "topic": {
        "echo": "Output messages from a topic",
        "hz": "Print the average publishing rate to screen",
        "info": "Print information about a topic",
        "list": "Output a list of available topics",
        "pub": "Publish a message to a topic",
        "type": "Print a topic's type",
    },
}

# What Jazzy's ros2 has and this one does not.
ABSENT_COMMANDS: Final = frozenset(
    {"bag", "component", "control", "daemon", "doctor", "lifecycle", "multicast", "security"}
)
ABSENT_VERBS: Final = {
    "action": frozenset({"info", "type"}),
    "interface": frozenset({"package", "packages", "proto"}),
    "param": frozenset({"delete", "describe", "dump", "load"}),
    "pkg": frozenset({"create", "xml"}),
    "service": frozenset({"echo", "find", "info"}),
    "topic": frozenset({"bw", "delay", "find"}),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `ros2 ARGUMENTS`. Exit code 0: done; 1: it failed, and stderr says why; 2: no such command or argument."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help"):
        print(_help("ros2", "command", {name: _summary(entry) for name, entry in COMMANDS.items()}))
        return 0
    command, *rest = words
    entry = COMMANDS.get(command)
    if entry is None:
        return _refuse("ros2", "command", command, COMMANDS, ABSENT_COMMANDS)
    if isinstance(entry, str):
        return _run(f"ros2 {command}", f"ros2cli.{command}", entry, rest)
    if not rest or rest[0] in ("-h", "--help"):
        print(_help(f"ros2 {command}", "verb", entry))
        return 0
    verb, *rest = rest
    if verb not in entry:
        return _refuse(f"ros2 {command}", "verb", verb, entry, ABSENT_VERBS.get(command, frozenset()))
    return _run(f"ros2 {command} {verb}", f"ros2cli.{command}.{verb}", entry[verb], rest)


def _run(program: str, module_name: str, summary: str, arguments: Sequence[str]) -> int:
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(prog=program, description=summary)
    module.add_arguments(parser)
    try:
        code: int = module.main(parser.parse_args(arguments))
    except Ros2CliError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # as in `ros2 topic echo /odom | head`
        sys.stderr.close()
        return 0
    return code


def _refuse(program: str, kind: str, name: str, known: Iterable[str], absent: frozenset[str]) -> int:
    why = (
        f"the {kind} '{name}' of ROS 2 Jazzy is not in the embedded underlay"
        if name in absent
        else f"no {kind} '{name}'"
    )
    print(f"{program}: {why}; there are: {', '.join(known)}", file=sys.stderr)
    return 2


def _summary(entry: str | dict[str, str]) -> str:
    return entry if isinstance(entry, str) else ", ".join(entry)


def _help(program: str, kind: str, entries: dict[str, str]) -> str:
    width = max(len(name) for name in entries)
    lines = [f"usage: {program} <{kind}> ...", "", f"{kind.capitalize()}s:"]
    lines += [f"  {name:{width}}  {summary}" for name, summary in entries.items()]
    return "\n".join([*lines, "", f"  Call `{program} <{kind}> -h` for more detailed usage."])


if __name__ == "__main__":
    sys.exit(main())
