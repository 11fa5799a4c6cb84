"""The event log and annotations."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from twin_lakehouse import Lake, annotate_twin, append_event, create_twin, list_annotations, twin_events
from twin_lakehouse.errors import InvalidValueError, UnknownSnapshotError, UnknownTwinError

from .making import JOB, T0, TWIN, snapshot


@pytest.fixture(autouse=True)
def twin(lake: Lake) -> None:
    create_twin(lake, TWIN)


def fill(lake: Lake) -> None:
    for second, kind in enumerate(["nav.goal_set", "nav.goal_reached", "gate.go", "nav.goal_set"]):
        append_event(lake, TWIN, kind, job_id=JOB if second < 3 else "job-2", timestamp=T0 + timedelta(seconds=second))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"job_id": JOB}, ["nav.goal_set", "nav.goal_reached", "gate.go"]),
        ({"event_type": "gate.go"}, ["gate.go"]),
        ({"event_type": "nav.*"}, ["nav.goal_set", "nav.goal_reached", "nav.goal_set"]),
        ({"event_type": "*", "since": T0 + timedelta(seconds=2)}, ["gate.go", "nav.goal_set", "twin.created"]),
        ({"limit": 2, "offset": 1}, ["nav.goal_reached", "gate.go"]),
        ({"event_type": "nav.%"}, []),
    ],
)
def test_events_are_listed_oldest_first(lake: Lake, arguments: dict[str, object], expected: list[str]) -> None:
    fill(lake)
    events = twin_events(lake, TWIN, **arguments)  # type: ignore[arg-type]
    assert [event.event_type for event in events] == expected


def test_event_with_an_id_is_added_once(lake: Lake) -> None:
    event_id = uuid4()
    assert append_event(lake, TWIN, "job.started", event_id=event_id)
    assert not append_event(lake, TWIN, "job.started", event_id=event_id)
    assert len(twin_events(lake, TWIN, event_type="job.started")) == 1


def test_page_and_twin_are_checked(lake: Lake) -> None:
    with pytest.raises(InvalidValueError, match="limit >= 1"):
        twin_events(lake, TWIN, limit=0)
    for call in (lambda: twin_events(lake, "nobody"), lambda: append_event(lake, "nobody", "x")):
        with pytest.raises(UnknownTwinError):
            call()


def test_annotation_of_twin_and_of_snapshot(lake: Lake) -> None:
    with lake.transaction():
        lake.insert(snapshot(0))
    whole = annotate_twin(lake, TWIN, "left wheel slips", author="pm")
    point = annotate_twin(lake, TWIN, '{"blur": 1}', annotation_type="label", snapshot_id=snapshot(0).snapshot_id)
    assert list_annotations(lake, TWIN) == [whole, point]
    assert list_annotations(lake, TWIN, limit=1, offset=1) == [point]
    assert (whole.snapshot_id, point.snapshot_id) == (None, snapshot(0).snapshot_id)


def test_annotation_that_makes_no_sense_is_refused(lake: Lake) -> None:
    with pytest.raises(InvalidValueError, match="annotation_type 'joke'"):
        annotate_twin(lake, TWIN, "x", annotation_type="joke")
    with pytest.raises(InvalidValueError, match="isn't empty"):
        annotate_twin(lake, TWIN, " ")
    with pytest.raises(UnknownSnapshotError):
        annotate_twin(lake, TWIN, "x", snapshot_id=uuid4())
    assert list_annotations(lake, TWIN) == []
