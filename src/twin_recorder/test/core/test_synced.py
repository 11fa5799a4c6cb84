"""What sync finds in what the recorder recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin_lakehouse import Lake, sync_twin, twin_events
from twin_recorder.core.recover import recover

from ..conftest import ASSET, JOB


@pytest.fixture
def recorded(recorder: Any, messages: Any) -> None:
    """A job of twenty poses in two segments, with an IMU message that is cut short."""
    store = recorder.store()
    for i in range(20):
        store.append("/odom", messages.posed(i, 0.01 * i, 0.0, 0.0), (i + 1) * 10**8)
        if i == 9:
            store.append("/imu", messages.imu(i)[:40], (i + 1) * 10**8)
            store.roll()
    store.close()
    recover(recorder.spool, recorder.settings)


@pytest.mark.usefixtures("recorded")
def test_message_that_made_no_row_is_found_by_sync(recorder: Any) -> None:
    with Lake.open(recorder.settings) as lake:
        result = sync_twin(lake, ASSET, JOB)
        (event,) = twin_events(lake, ASSET, event_type="twin.anomaly")
    assert (result.kinds, result.reconciled) == ({"messages_without_rows": 1}, 20)
    payload = json.loads(event.payload)
    assert (payload["topic"], payload["value"], "damaged" in payload["reason"]) == ("/imu", 1, True)


@pytest.mark.usefixtures("recorded")
def test_rows_that_were_deleted_are_missed_by_sync(recorder: Any) -> None:
    with Lake.open(recorder.settings) as lake:
        with lake.transaction():
            lake.execute("DELETE FROM lake.twins.state_snapshots WHERE position_x > 0.165")
        kinds = sync_twin(lake, ASSET, JOB).kinds
    assert kinds == {"messages_without_rows": 1, "rows_missing": 1}
