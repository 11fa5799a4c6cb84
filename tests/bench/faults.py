"""Recorders whose processes, disks, catalog and object store fail, over and over: messages lost and doubled."""

from __future__ import annotations

import argparse
import functools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.bench.harness import Figure, Goal
from tests.faults import scenarios
from tests.faults.checking import Tally
from tests.faults.ingests import ingests, local_lakes, served_lakes
from tests.faults.place import Place
from tests.faults.points import POINTS
from twin_lakehouse.testing import NotInstalledError, running_postgres, running_s3, small_disk

NONE = Goal(subject="value", bound=0.0, at_most=True)
Scenario = Callable[[Place], Tally]


def add_options(parser: argparse.ArgumentParser) -> None:
    """How long, and which dice."""
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N", help="time for all scenarios together [5]")
    parser.add_argument("--seed", type=int, default=1, help="what the faults are drawn with [1]")
    parser.add_argument("--only", metavar="NAME", help="one scenario")


def measure(options: argparse.Namespace) -> list[Figure]:
    """Each scenario for its share of the time, then the sum; a line a scenario on stderr as they end."""
    total = Tally()
    figures: list[Figure] = []
    with ExitStack() as stack:
        chosen = {name: run for name, run in found(stack).items() if options.only in (None, name)}
        for name, run in chosen.items():
            with tempfile.TemporaryDirectory(prefix="twin-faults-") as folder:
                seconds = 60 * options.minutes / len(chosen)
                began_s = time.monotonic()
                tally = run(Place(folder=Path(folder), seconds=seconds, dice=random.Random(options.seed)))  # noqa: S311
            sys.stderr.write(f"{name:<16} {tally} in {time.monotonic() - began_s:.0f} s\n")
            total += tally
            figures += figures_of(name, tally)
    return [*figures, *figures_of("total", total)]


def found(stack: ExitStack) -> Mapping[str, Scenario]:
    """The scenarios that this machine can play: servers are started, and ended with the stack."""
    chosen: dict[str, Scenario] = {"kills": scenarios.kills, "clock": scenarios.clock, "crowd": scenarios.crowd}
    chosen |= {f"kill, {point}": functools.partial(scenarios.killed_at, point) for point in POINTS}
    chosen["ingests"] = lambda place: ingests(place, local_lakes(place))
    try:
        with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder) / "disk", 1):
            chosen |= {"full spool": scenarios.full_spool, "full lake": scenarios.full_lake}
    except PermissionError as error:
        sys.stderr.write(f"no full disks: {error}\n")
    try:
        catalog = stack.enter_context(running_postgres(is_synced=True, max_connections=60))
        chosen["catalog killed"] = lambda place: scenarios.catalog_killed(place, catalog)
        chosen["catalog wire"] = lambda place: scenarios.catalog_wire(place, catalog)
        chosen["outage"] = lambda place: scenarios.outage(place, catalog)[0]
    except NotInstalledError as error:
        sys.stderr.write(f"no catalog faults: {error}\n")
    try:
        store = stack.enter_context(running_s3("seaweedfs"))
        chosen["storage wire"] = lambda place: scenarios.storage_wire(place, store)
        if "outage" in chosen:
            chosen["ingests, served"] = lambda place: ingests(place, served_lakes(catalog, store))
    except NotInstalledError as error:
        sys.stderr.write(f"no storage faults: {error}\n")
    return chosen


def figures_of(name: str, tally: Tally) -> Iterator[Figure]:
    """Seven figures a scenario."""
    yield Figure(name=f"{name}: faults", value=tally.faults, unit="faults", runs=1)
    yield Figure(name=f"{name}: acknowledged", value=tally.acknowledged, unit="messages", runs=1)
    yield Figure(name=f"{name}: lost", value=tally.lost, unit="messages", runs=1, goals=(NONE,))
    yield Figure(name=f"{name}: doubled", value=tally.doubled, unit="messages", runs=1, goals=(NONE,))
    yield Figure(name=f"{name}: staged", value=tally.staged, unit="files", runs=1)
    yield Figure(name=f"{name}: missing", value=tally.missing, unit="files", runs=1, goals=(NONE,))
    yield Figure(name=f"{name}: unnamed", value=tally.unnamed, unit="files", runs=1, goals=(NONE,))
