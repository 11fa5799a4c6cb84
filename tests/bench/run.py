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


def main() -> int:
    """Measure, print, and return 1 where `--check` finds a missed goal."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure one hot path beside its peer.")
    parser.add_argument("name", choices=benchmark_names(), help="which benchmark")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--check", action="store_true", help="exit 1 where a goal is missed")
    arguments, more = parser.parse_known_args()
    benchmark = importlib.import_module(f"tests.bench.{arguments.name}")
    if has_options := hasattr(benchmark, "add_options"):
        benchmark.add_options(parser)
    if more and not has_options:
        parser.error(f"{arguments.name} has no option {more[0]}")
    figures: list[Figure] = benchmark.measure(parser.parse_args()) if has_options else benchmark.measure()
    if arguments.json:
        report = {"bench": arguments.name, **describe_machine(), "figures": [figure.as_dict() for figure in figures]}
        print(json.dumps(report, indent=2))
    else:
        print("\n".join(figure.as_line() for figure in figures))
    return int(arguments.check and not all(figure.is_met for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main())
