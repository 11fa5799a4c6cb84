"""The `ros2` command."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from ros2cli.command import CommandExtension, ExitCode, add_subparsers_on_demand, is_completion_requested
from ros2cli.entry_points import COMMAND_GROUP


def main(
    *,
    script_name: str = "ros2",
    argv: Sequence[str] | None = None,
    description: str | None = None,
    extension: CommandExtension | None = None,
) -> ExitCode:
    """Run `ros2 ARGV`, or one command alone where `extension` is given.

    For sys.exit: 0 or None is done, a text says what failed, 2 also stands for Ctrl-C. Raises SystemExit with 2 for
    arguments that there are not, with 15 after SIGTERM.
    """
    try:
        parser, args = _parse(script_name, argv, description, extension)
        command: CommandExtension | None = extension or getattr(args, "_command", None)
        if command is None:
            parser.print_help()
            return 0
        return command.main(parser=parser, args=args)
    except KeyboardInterrupt:
        return signal.SIGINT
    except BrokenPipeError:
        # As in `ros2 topic echo /odom | head`: what Python flushes when it ends must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except RuntimeError as error:
        return str(error)


def _parse(
    script_name: str, argv: Sequence[str] | None, description: str | None, extension: CommandExtension | None
) -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    parser = argparse.ArgumentParser(
        prog=script_name,
        description=description or f"{script_name} is an extensible command-line tool for ROS 2.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--use-python-default-buffering", action="store_true", help="leave stdout as it is instead of line buffered"
    )
    if extension is None:
        add_subparsers_on_demand(parser, script_name, "_command", COMMAND_GROUP, required=False, argv=argv)
    else:
        extension.add_arguments(parser, script_name)
    if is_completion_requested():
        from argcomplete import autocomplete

        autocomplete(parser, exclude=["-h", "--help"])
    args = parser.parse_args(argv)
    if not args.use_python_default_buffering and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    return parser, args


if __name__ == "__main__":
    sys.exit(main())
