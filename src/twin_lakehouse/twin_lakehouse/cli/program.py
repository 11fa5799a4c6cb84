"""Entry point of `twin`: parse, run, turn errors into one sentence and an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points

from twin_lakehouse.cli import changing, maintaining, reading
from twin_lakehouse.errors import TwinError

ENTRY_POINTS = "twin.commands"
_DONE, _FAILED, _USAGE, _INTERRUPTED = 0, 1, 2, 130
_VERSION = "0.1.0"

_COMMANDS = (
    changing.add_create,
    reading.add_list,
    reading.add_state,
    reading.add_query,
    reading.add_events,
    changing.add_annotate,
    changing.add_retire,
    changing.add_sync,
    reading.add_report,
    maintaining.add_compact,
    maintaining.add_expire,
    maintaining.add_migrate,
)
_DESCRIPTION = "Create, record and query digital twins in the lakehouse."
_EPILOG = """\
The lake is chosen by TWIN_CATALOG (sqlite:PATH or postgresql://...) and TWIN_STORAGE (folder or s3://bucket/prefix);
the default is lake/ in the current folder. Exit codes: 0 done, 1 refused or failed (one sentence on stderr), 2 usage,
130 interrupted.

example:
  twin create turtlebot-01 --urdf urdf/turtlebot3_waffle.urdf
  twin query turtlebot-01 "SELECT timestamp, position_x, position_y FROM state_snapshots ORDER BY timestamp"
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `twin` with these arguments (default: the command line's); gives the exit code."""
    logging.basicConfig(level=logging.WARNING, format="twin: %(message)s")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if wrong := [argument for argument in given if not _is_text(argument)]:
        sys.stderr.write(f"twin: argument {wrong[0]!a} is not UTF-8; set the terminal's encoding to UTF-8\n")
        return _USAGE
    parsed = build_parser().parse_args(given)
    try:
        return parsed.run(parsed) or _DONE
    except TwinError as error:
        sys.stderr.write(f"twin: {error}\n")
    except BrokenPipeError:
        # The reader (head, less) has gone. Python would complain once more when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        # Of a place that a person named, such as a report's folder; the lake's own troubles are TwinErrors.
        reason = error.strerror or str(error)
        sys.stderr.write(f"twin: {error.filename} can't be read or written ({reason}); choose another place\n")
    except (KeyboardInterrupt, RuntimeError) as error:
        # DuckDB makes an interrupt that it notices itself a plain RuntimeError of this text.
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        sys.stderr.write("twin: interrupted; nothing of an unfinished change was written\n")
        return _INTERRUPTED
    return _FAILED


def build_parser() -> argparse.ArgumentParser:
    """The parser with this package's commands and those of the entry points."""
    parser = argparse.ArgumentParser(
        prog="twin", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_VERSION}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in _COMMANDS:
        add(subparsers)
    for name, register in _plugged_in():
        try:
            register()(subparsers)
        except Exception as error:  # noqa: BLE001  a broken package must not take the other commands with it
            sys.stderr.write(f"twin: command {name} is not available ({error}); reinstall the package that brings it\n")
    return parser


def _is_text(argument: str) -> bool:
    """False where bytes that aren't UTF-8 were given: Python keeps them as lone surrogates, the lake can't."""
    return not any("\ud800" <= character <= "\udfff" for character in argument)


def _plugged_in() -> list[tuple[str, Callable[[], Callable[[object], None]]]]:
    """Name and loader of each command of other packages, once each even where it is installed twice."""
    found = {entry.name: entry.load for entry in entry_points(group=ENTRY_POINTS)}
    return sorted(found.items())
