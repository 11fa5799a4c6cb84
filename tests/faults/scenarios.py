"""What is done to recorders, their disks, their catalog and their object store; each gives a Tally of what became of
the messages.
"""

from __future__ import annotations

import functools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.faults.checking import Tally, check
from tests.faults.child import Said, Task
from tests.faults.driving import Acks, Child
from tests.faults.place import Place
from tests.faults.proxy import BLACK, GARBLED, MUTE, REFUSED, UNAVAILABLE, Proxy, Wire
from tests.faults.staging import some_staged
from twin_lakehouse import Lake, LakeAwayError, LakeSettings
from twin_lakehouse.settings import S3Access
from twin_lakehouse.testing import PostgresServer, S3Server, at_port, small_disk
from twin_recorder.core.errors import SpoolError
from twin_recorder.core.recover import find_spools, recover

ALL: Final = {"/odom": 20, "/imu": 5, "/camera": 1}
# A wire's faults are many and its timeouts short; what they are in earnest is 30 s.
TIMEOUT_S: Final = 4.0
WIRES: Final[Mapping[str, Wire]] = {
    "away": REFUSED,
    "black": BLACK,
    "late": Wire(delay_s=0.4),
    "slow": Wire(bytes_per_s=40_000),
}


def kills(place: Place) -> Tally:
    """A recorder is killed at any instant, and started again at once."""
    acks, faults = Acks(), 0
    for run in place.until_over():
        child = Child(Task(spool=place.spool, settings=place.local, run=run, per_turn=ALL), acks)
        time.sleep(place.dice.choice((place.dice.uniform(0.01, 0.5), place.dice.uniform(0.5, 2.5))))
        child.kill()
        faults += 1
    return recovered(place, place.local, acks, faults)


def killed_at(point: str, place: Place) -> Tally:
    """A recorder kills itself at that point, the first times or later, and is started again at once."""
    acks, faults = Acks(), 0
    for run in place.until_over():
        calls = place.dice.choice((1, 2, place.dice.randint(3, 10)))
        task = Task(spool=place.spool, settings=place.local, run=run, per_turn=ALL, dies_at=point, calls=calls)
        Child(task, acks).died()
        faults += 1
    return recovered(place, place.local, acks, faults)


def catalog_killed(place: Place, server: PostgresServer) -> Tally:
    """The catalog's server is killed, and comes back after a while."""
    settings = replace(place.local, catalog=server.new_database(), timeout_s=TIMEOUT_S)

    def fault() -> None:
        server.kill()
        time.sleep(place.dice.uniform(0.1, 1.0))
        server.start()

    return disturbed(place, settings, settings, fault)


def catalog_wire(place: Place, server: PostgresServer) -> Tally:
    """The wire to the catalog is cut, slow or dead, or garbles answers, most often in the middle of a commit."""
    kinds = {**WIRES, "garbled": GARBLED, "mute": MUTE}
    database = server.new_database()
    with Proxy(("127.0.0.1", server.port), seed=place.dice.randrange(1000)) as proxy:
        settings = replace(place.local, catalog=at_port(database, proxy.port), timeout_s=TIMEOUT_S)
        direct = replace(settings, catalog=database)

        def fault() -> None:
            pattern = place.dice.choice((b"", b"COMMIT", b"ducklake_snapshot_changes", b"ducklake_data_file"))
            kind = place.dice.choice(("cut", *kinds))
            spring = proxy.cut_now if kind == "cut" else lambda: proxy.behave(kinds[kind])
            arm = functools.partial(proxy.trap, pattern, spring, is_after=place.dice.random() < 0.5)
            # Of the COMMITs, that of a transaction that writes.
            proxy.trap(b"INSERT INTO", arm) if pattern == b"COMMIT" else arm()
            time.sleep(place.dice.uniform(0.3, 1.0 if kind == "cut" else 1.5 * TIMEOUT_S))
            proxy.mend()

        return disturbed(place, settings, direct, fault)


def storage_wire(place: Place, server: S3Server) -> Tally:
    """The wire to the object store is cut, slow or dead, it damages what isn't DuckDB's, or the store answers 503."""
    kinds = {**WIRES, "unavailable": UNAVAILABLE, "damaging": Wire(damaged_sent=5000, only=b"Boto3/")}
    with Proxy(("127.0.0.1", server.port), seed=place.dice.randrange(1000)) as proxy:
        direct = replace(place.local, storage=f"s3://{server.new_bucket()}/twin", s3=hasty(server), timeout_s=TIMEOUT_S)
        settings = replace(direct, s3=hasty(server, proxy.port))

        def fault() -> None:
            kind = place.dice.choice(("cut", *kinds))
            pattern = place.dice.choice((b"PUT ", b".mcap", b".parquet"))
            spring = proxy.cut_now if kind == "cut" else lambda: proxy.behave(kinds[kind])
            proxy.trap(pattern, spring, is_after=place.dice.random() < 0.5)
            time.sleep(place.dice.uniform(0.3, 1.0 if kind == "cut" else 1.5 * TIMEOUT_S))
            proxy.mend()

        return disturbed(place, settings, direct, fault)


def full_spool(place: Place) -> Tally:
    """The spool's disk is full: what is acknowledged lands, the rest is dropped and was never acknowledged."""
    acks = Acks()
    with small_disk(place.folder / "small", 2) as disk:
        away = replace(place.local, catalog="postgresql://nobody@127.0.0.1:9/none", timeout_s=1.0)
        task = Task(spool=disk, settings=away, run=0, per_turn={"/odom": 5, "/camera": 1}, is_exact=True, turn_s=0)
        child = Child(replace(task, turns=700, stop_s=0.5), acks)
        said = child.finished()
        held = sum(end - first for ranges in acks.ranges.values() for first, end in ranges)
        assert 0 < held < said.sent, f"{held} of {said.sent} messages were acknowledged by a full disk"
        for spool in find_spools(disk):
            with some_staged(place.dice):
                recover(spool, place.local)
    return check(place.local, acks, faults=said.sent - held)


def full_lake(place: Place) -> Tally:
    """The lake's disk is full for a while."""
    acks = Acks()
    with small_disk(place.folder / "small", 24) as disk:
        settings = LakeSettings(catalog=f"sqlite:{disk}/catalog.sqlite", storage=f"{disk}/data", timeout_s=TIMEOUT_S)
        Lake.open(settings).close()
        child = Child(Task(spool=place.spool, settings=settings, run=0, per_turn=ALL), acks)
        faults = 0
        for _ in place.until_over():
            with filled(disk):
                time.sleep(1.0)
                faults += 1
            time.sleep(1.0)
        child.stop()
        return recovered(place, settings, acks, faults)


def outage(place: Place, server: PostgresServer) -> tuple[Tally, Said]:
    """The catalog is away while much is recorded, then it is back."""
    database = server.new_database()
    acks = Acks()
    with Proxy(("127.0.0.1", server.port)) as proxy:
        settings = replace(place.local, catalog=at_port(database, proxy.port), timeout_s=TIMEOUT_S)
        task = Task(spool=place.spool, settings=settings, run=0, per_turn={"/odom": 20, "/camera": 1}, image_side=200)
        child = Child(replace(task, max_bytes=4 << 20, stop_s=60.0, turn_s=0.02), acks)
        time.sleep(2.0)
        proxy.behave(REFUSED)
        proxy.cut()
        time.sleep(place.seconds)
        child.hear()
        proxy.mend()
        time.sleep(3.0)
        said = child.stop()
        direct = replace(settings, catalog=database)
        return recovered(place, direct, acks, 1), said


def clock(place: Place) -> Tally:
    """The clock jumps back and forth while a recorder works, which is killed in between."""
    acks, faults = Acks(), 0
    steps = (0.0, 3600.0, -86_400.0, 0.5, -0.5)
    for run in place.until_over():
        task = Task(spool=place.spool, settings=place.local, run=run, per_turn=ALL, clock_steps_s=steps)
        child = Child(task, acks)
        time.sleep(place.dice.uniform(1.0, 2.0))
        child.kill()
        faults += 1
    return recovered(place, place.local, acks, faults)


def crowd(place: Place) -> Tally:
    """Recorders of two robots on one lake are killed while it is compacted, expired, synced and migrated."""
    acks, faults = Acks(), 0
    Lake.open(place.local).close()
    for run in place.until_over():
        children = [
            Child(Task(spool=place.spool, settings=place.local, run=run, per_turn=ALL, asset_id=asset), acks)
            for asset in ("one", "two")
        ]
        helper = subprocess.Popen([sys.executable, "-m", "tests.faults.upkeep", str(place.folder / "lake")])
        time.sleep(place.dice.uniform(0.5, 3.0))
        for child in children:
            child.kill()
        helper.kill()
        helper.wait()
        faults += 3
    return recovered(place, place.local, acks, faults)


def one_spool(place: Place) -> str:
    """Two recorders of one asset on one spool: the second one's refusal."""
    acks = Acks()
    first = Child(Task(spool=place.spool, settings=place.local, run=0), acks)
    try:
        while not first.hear(0.1):
            pass
        (spool,) = find_spools(place.spool)
        recover(spool, place.local)
    except SpoolError as error:
        return str(error)
    finally:
        first.stop()
    return ""


def disturbed(place: Place, settings: LakeSettings, direct: LakeSettings, fault: Callable[[], None]) -> Tally:
    """A recorder at work while faults come; one time in four it is killed after one, and started again."""
    acks, faults, run = Acks(), 0, 0
    Lake.open(direct).close()

    def started() -> Child:
        return Child(Task(spool=place.spool, settings=settings, run=run, per_turn=ALL, stop_s=3.0), acks)

    child = started()
    for _ in place.until_over():
        time.sleep(place.dice.uniform(0.2, 1.0))
        fault()
        faults += 1
        child.hear()
        if place.dice.random() < 0.25:
            child.kill()
            run += 1
            child = started()
    child.stop()
    return recovered(place, direct, acks, faults)


def recovered(place: Place, settings: LakeSettings, acks: Acks, faults: int) -> Tally:
    """Bring in what is left, by hand; then compare."""
    for spool in find_spools(place.spool):
        with some_staged(place.dice):
            again(lambda spool=spool: recover(spool, settings))  # type: ignore[misc]
        assert not list(spool.glob("*.mcap*")), "segments were left"
    return check(settings, acks, faults=faults)


def again(action: Callable[[], object], deadline_s: float = 60.0) -> None:
    """A server that was killed a moment ago recovers; a commit that was cut off holds the writers' turn until then."""
    end_s = time.monotonic() + deadline_s
    while True:
        try:
            action()
        except LakeAwayError:
            if time.monotonic() > end_s:
                raise
            time.sleep(0.5)
        else:
            return


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """No room on a disk, for as long as the block."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))
    yield
    ballast.unlink()


def hasty(server: S3Server, port: int | None = None) -> S3Access:
    """What lets in to a server, maybe through a proxy's port, with little patience."""
    return replace(
        server.access,
        endpoint_url=at_port(server.access.endpoint_url, port or server.port),
        connect_timeout_s=TIMEOUT_S / 4,
        read_timeout_s=TIMEOUT_S / 4,
    )
