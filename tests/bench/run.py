"""Runs one benchmark: `./scripts/bench NAME [--json] [--check]`. A benchmark is a module here with `measure()`, or with
`add_options(parser)` and `measure(options)`.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

from tests.bench.harness import Figure, describe_machine

HELPERS = {"__init__", "harness", "run"}


def benchmark_names() -> list[str]:
    """Names of the benchmarks in this folder, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in HELPERS)


def add_options_of_named(parser: argparse.ArgumentParser) -> None:
    """The options of the benchmark that the command line names: `--help` lists what the parser knows by then."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("name", nargs="?")
    name = first.parse_known_args()[0].name
    if name in benchmark_names():
        getattr(importlib.import_module(f"tests.bench.{name}"), "add_options", lambda _: None)(parser)


def main() -> int:
    """Measure, print, and return 1 where `--check` finds a missed goal."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure one hot path beside its peer.")
    parser.add_argument("name", choices=benchmark_names(), help="which benchmark")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 where a goal is missed")
    add_options_of_named(parser)
    arguments = parser.parse_args()
    benchmark = importlib.import_module(f"tests.bench.{arguments.name}")
    has_options = hasattr(benchmark, "add_options")
    figures: list[Figure] = benchmark.measure(arguments) if has_options else benchmark.measure()
    if arguments.json:
        report = {"bench": arguments.name, **describe_machine(), "figures": [figure.as_dict() for figure in figures]}
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(figure.as_line() for figure in figures))
    return int(arguments.check and not all(figure.is_met for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main())
