"""A recording's state as diagnostics and as the status service's answer."""

from __future__ import annotations

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray
from twin_interfaces.msg import RecordedTopic
from twin_interfaces.srv import GetRecorderStatus

from twin_node.diagnostics import OK, WARN, diagnostics

from .control import DIAGNOSTICS_NAME, RecorderState
from .core.counters import TopicCounts
from .core.status import PipelineStatus
from .recording import Recording, TopicState

_NOTHING = TopicCounts(messages=0, lost=0, dropped=0, first_ns=None, last_ns=None, max_gap_ns=0)


def report(state: RecorderState, recording: Recording | None, asset_id: str, stamp: Time) -> DiagnosticArray:
    """Health, for /diagnostics."""
    if recording is None:
        return diagnostics(DIAGNOSTICS_NAME, OK, state.value, (), stamp, hardware_id=asset_id)
    status, topics = recording.status(), recording.topics()
    problem = _problem(status, topics)
    values = [("job_id", recording.recorder.job_id), *_backlog_values(status)]
    values += [(name, _counts_text(counts)) for name, counts in status.counts.items() if counts != _NOTHING]
    values += [(f"{topic.name} problem", topic.problem) for topic in topics if topic.problem]
    level = WARN if problem else OK
    return diagnostics(DIAGNOSTICS_NAME, level, problem or state.value, values, stamp, hardware_id=asset_id)


def answer(recording: Recording, response: GetRecorderStatus.Response) -> GetRecorderStatus.Response:
    """Fill the status service's answer."""
    status, topics = recording.status(), recording.topics()
    response.job_id = recording.recorder.job_id
    response.problem = _problem(status, topics)
    response.segments_waiting = status.backlog.segments
    response.backlog_bytes = status.backlog.size_bytes
    response.oldest_waiting_s = status.backlog.oldest_age_s
    response.disk_free_bytes = status.disk_free_bytes
    response.last_commit = _time(status.last_commit_ns)
    response.topics = [_topic(topic, status.counts.get(topic.name, _NOTHING)) for topic in topics]
    return response


def _problem(status: PipelineStatus, topics: list[TopicState]) -> str:
    """The worst of what is wrong, in a sentence; empty when all is well."""
    missing = sum(counts.lost + counts.dropped for counts in status.counts.values())
    hindered = [topic.name for topic in topics if topic.problem]
    return (
        status.problem
        or (f"{missing} messages lost" if missing else "")
        or (f"not recorded as it should be: {', '.join(hindered)}" if hindered else "")
    )


def _backlog_values(status: PipelineStatus) -> list[tuple[str, str]]:
    return [
        ("segments_waiting", str(status.backlog.segments)),
        ("backlog_bytes", str(status.backlog.size_bytes)),
        ("oldest_waiting_s", f"{status.backlog.oldest_age_s:.1f}"),
        ("disk_free_bytes", str(status.disk_free_bytes)),
    ]


def _counts_text(counts: TopicCounts) -> str:
    text = f"messages={counts.messages} lost={counts.lost} dropped={counts.dropped} skipped={counts.skipped}"
    return f"{text} max_gap_ms={counts.max_gap_ns / 1e6:.0f}"


def _topic(topic: TopicState, counts: TopicCounts) -> RecordedTopic:
    return RecordedTopic(
        name=topic.name,
        type=topic.spec.type_name if topic.spec else "",
        messages=counts.messages,
        lost=counts.lost,
        dropped=counts.dropped,
        skipped=counts.skipped,
        max_gap_s=counts.max_gap_ns / 1e9,
        problem=topic.problem,
    )


def _time(time_ns: int | None) -> Time:
    """A wall time as a message; zeros for none."""
    seconds, nanoseconds = divmod(time_ns or 0, 1_000_000_000)
    return Time(sec=seconds, nanosec=nanoseconds)
