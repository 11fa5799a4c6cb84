"""The command `launch_test`."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from .junitxml import unittestResultsToXml
from .loader import LoadTestsFromPythonModule
from .print_arguments import print_arguments_of_launch_description
from .test_runner import LaunchTestRunner

_logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("launch_test_file", help="path to the launch test")
    parser.add_argument("--package-name", help="package that the test is in: its name in reports")
    parser.add_argument("-v", "--verbose", action="store_true", help="log what launch does")
    parser.add_argument(
        "-s",
        "--show-args",
        "--show-arguments",
        action="store_true",
        help="print the arguments of the launch, don't run it",
    )
    parser.add_argument("launch_arguments", nargs="*", help="name:=value; the last one of a name counts")
    parser.add_argument("--junit-xml", dest="xmlpath", help="file for a report in JUnit XML")


def parse_arguments() -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    """The parser, and what is on the command line."""
    parser = argparse.ArgumentParser(
        description="Runs a launch and its tests.", epilog="example: launch_test test/talker_launch_test.py rate:=5"
    )
    add_arguments(parser)
    return parser, parser.parse_args()


def run(
    parser: argparse.ArgumentParser,
    args: argparse.Namespace,
    test_runner_cls: type[LaunchTestRunner] = LaunchTestRunner,
) -> int:
    """Run the tests in a file; gives 0, or 1 if not all of them have passed."""
    path = Path(args.launch_test_file).absolute()
    if not path.is_file():
        parser.error(f"Test file '{args.launch_test_file}' does not exist")
    package = args.package_name or path.stem
    module = _load_python_file_as_module(package, path)
    runs = LoadTestsFromPythonModule(module, name=f"{package}.{path.stem}.launch_tests")
    runner = test_runner_cls(runs, args.launch_arguments, args.verbose)
    runner.validate()
    if args.show_args:
        print_arguments_of_launch_description(launch_description=runs[0].get_launch_description())
        return 0
    _logger.debug("Running %d launches of '%s'", len(runs), path)
    results = runner.run()
    if args.xmlpath:
        report = unittestResultsToXml(name=f"{package}.{path.stem}", test_results=results)
        report.write(args.xmlpath, encoding="utf-8", xml_declaration=True)
    return 0 if all(result.wasSuccessful() for result in results.values()) else 1


def _load_python_file_as_module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"'{path}' can't be loaded as a module: its name must end with .py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> NoReturn:
    """Entry point; exits with 0, 1 if tests have failed, 2 if they could not be run."""
    logging.basicConfig()
    parser, args = parse_arguments()
    if args.verbose:
        _logger.setLevel(logging.DEBUG)
    try:
        sys.exit(run(parser, args))
    except Exception as error:  # noqa: BLE001
        # The file is somebody's program: whatever goes wrong in it is told in one line.
        parser.error(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
