"""What dead recorders left in their spools, into the lake: the same commit as theirs, oldest first, once each."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

from twin_lakehouse import LakeSettings

from . import _mcap_read
from .commit import LakeCommitter
from .errors import ForeignSegmentError, SegmentError, SpoolError
from .seal import seal, whole_records
from .segment import CLOSED_SUFFIX, OPEN_SUFFIX, PACKED_SUFFIX, mapped, read_info
from .spool import REJECTED_SUFFIX, ROOM_ERRORS, files_with, own, reject
from .waiting import ClosedSegment

_SUFFIXES: Final = (OPEN_SUFFIX, CLOSED_SUFFIX, PACKED_SUFFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A segment in a spool. first_ns, last_ns: log times; lake_id: the lake it was recorded for, where it is known."""

    path: Path
    segment_id: UUID
    asset_id: str
    job_id: str
    lake_id: UUID | None
    messages: int
    size_bytes: int
    first_ns: int
    last_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a recovery did. rows: new in the lake; replayed: segments that the lake had; rejected: files that can't be
    read, kept under that name; foreign: segments of another lake, which stay.
    """

    segments: int = 0
    messages: int = 0
    rows: int = 0
    replayed: int = 0
    rejected: tuple[Path, ...] = ()
    foreign: tuple[str, ...] = ()

    def __add__(self, other: Recovered) -> Recovered:
        return Recovered(
            segments=self.segments + other.segments,
            messages=self.messages + other.messages,
            rows=self.rows + other.rows,
            replayed=self.replayed + other.replayed,
            rejected=self.rejected + other.rejected,
            foreign=self.foreign + other.foreign,
        )


def find_spools(folder: Path, asset_id: str | None = None) -> tuple[Path, ...]:
    """The spools of assets in a recorder's spool folder, or the folder itself where it is one asset's; sorted.

    Raises SpoolError where there is none.
    """
    if not folder.is_dir():
        raise SpoolError(f"there is no spool {folder}; name the folder of parameter spool, or a copy of it")
    inside = sorted(path for path in folder.iterdir() if path.is_dir() and _is_spool(path))
    spools = tuple([folder] if _is_spool(folder) else inside)
    chosen = tuple(path for path in spools if asset_id is None or asset_id in {path.name, *_assets(path)})
    if asset_id is not None and not chosen:
        names = ", ".join(path.name for path in spools) or "none"
        raise SpoolError(f"spool {folder} has nothing of twin {asset_id} (twins: {names}); check --twin and --spool")
    return chosen


def survey(spool: Path) -> tuple[tuple[Leftover, ...], tuple[Path, ...]]:
    """What lies in one asset's spool, oldest first, and the files that can't be read. Changes nothing.

    A segment that a recorder died in before its first message is neither.
    """
    found: list[Leftover] = []
    unreadable: list[Path] = []
    for path in sorted((*files_with(spool, OPEN_SUFFIX), *files_with(spool, CLOSED_SUFFIX))):
        try:
            if not path.name.endswith(OPEN_SUFFIX) or whole_records(mapped(path), path.name) is not None:
                found.append(_look(path))
        except SegmentError:
            unreadable.append(path)
    return tuple(found), (*unreadable, *files_with(spool, REJECTED_SUFFIX))


def recover(
    spool: Path,
    lake: LakeSettings,
    *,
    takes_foreign: bool = False,
    report: Callable[[Path, int, int], None] = lambda *_: None,
) -> Recovered:
    """Commit one asset's spool; `report` is told each segment with its number and how many there are.

    `takes_foreign`: also segments that were recorded for another lake. Again: adds nothing. Raises SpoolError (a live
    recorder holds the spool; no room), TwinError (the lake can't take it now): what is not in the lake stays.
    """
    with _owned(spool):
        for path in files_with(spool, PACKED_SUFFIX):  # an upload that the recorder didn't end
            path.unlink()
        paths = sorted((*files_with(spool, OPEN_SUFFIX), *files_with(spool, CLOSED_SUFFIX)))
        committer = LakeCommitter(lake, takes_foreign=takes_foreign)
        total = Recovered()
        try:
            for number, path in enumerate(paths, start=1):
                report(path, number, len(paths))
                total += _take(committer, path)
            if total.segments:
                committer.describe()
        finally:
            committer.close()
    return total


def _take(committer: LakeCommitter, path: Path) -> Recovered:
    """One segment, closed first where it is open; deleted once the lake has it. Raises SpoolError."""
    if not path.name.endswith(OPEN_SUFFIX):
        return _commit(committer, path)
    try:
        closed = seal(path)
    except SegmentError as error:
        return Recovered(rejected=(reject(path, error),))
    except OSError as error:
        if error.errno not in ROOM_ERRORS:
            raise SpoolError(f"segment {path} can't be closed: {error.strerror}; allow writing there") from error
        return _take_elsewhere(committer, path)
    return Recovered() if closed is None else _commit(committer, closed)


def _take_elsewhere(committer: LakeCommitter, path: Path) -> Recovered:
    """A segment that has no room to be closed where it is. Raises SpoolError where no other place has."""
    with tempfile.TemporaryDirectory(prefix="twin-recover-") as folder:
        try:
            closed = seal(Path(shutil.copy(path, folder)))
        except OSError as error:
            raise SpoolError(
                f"segment {path} can't be closed: {error.strerror}; make room there, or where TMPDIR is"
            ) from error
        done = Recovered() if closed is None else _commit(committer, closed)
    if not done.rejected and not done.foreign:
        path.unlink(missing_ok=True)
    return replace(done, rejected=(path,)) if done.rejected else done


def _commit(committer: LakeCommitter, path: Path) -> Recovered:
    """One closed segment."""
    try:
        leftover = _look(path)
        segment = ClosedSegment(
            path=path,
            segment_id=leftover.segment_id,
            asset_id=leftover.asset_id,
            job_id=leftover.job_id,
            is_leftover=True,
        )
        done = committer.commit(segment, lambda _: None)
    except ForeignSegmentError as error:
        return Recovered(foreign=(str(error),))
    except SegmentError as error:
        return Recovered(rejected=(reject(path, error),))
    path.unlink()
    return Recovered(segments=1, messages=leftover.messages, rows=done.rows, replayed=int(done.is_replay))


def _look(path: Path) -> Leftover:
    """A segment as it lies there. Raises SegmentError."""
    info = read_info(path)
    data = mapped(path)
    heads = _mcap_read.unchunked(_mcap_read.scan(data, _mcap_read.data_start(data, path.name))).heads()
    if not len(heads):
        raise SegmentError(f"segment {path.name} holds no message")
    return Leftover(
        path=path,
        segment_id=info.segment_id,
        asset_id=info.asset_id,
        job_id=info.job_id,
        lake_id=info.lake_id,
        messages=len(heads),
        size_bytes=len(data),
        first_ns=int(heads["log_ns"].min()),
        last_ns=int(heads["log_ns"].max()),
    )


def _is_spool(folder: Path) -> bool:
    return any(path.name.endswith((*_SUFFIXES, REJECTED_SUFFIX)) for path in folder.iterdir())


def _assets(spool: Path) -> Sequence[str]:
    """Whose segments lie there: a copied folder may have another name than its asset."""
    return [leftover.asset_id for leftover in survey(spool)[0]]


@contextmanager
def _owned(spool: Path) -> Iterator[None]:
    """The spool's lock, held."""
    lock = own(spool)
    try:
        yield
    finally:
        os.close(lock)
