"""One recording: a job's pipeline, its worker and its subscriptions, from the first message to the last commit."""

from __future__ import annotations

import logging
import math
import time
import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from rclpy.node import Node

from .control import DIAGNOSTICS_NAME
from .core.definitions import Definitions, default_prefixes
from .core.pipeline import Pipeline, RecorderConfig, open_pipeline
from .core.status import PipelineStatus
from .core.topics import TopicSpec
from .core.worker import Worker
from .params import NodeConfig
from .subscriptions import Subscriptions

_LOG = logging.getLogger(__name__)
# A lake gives a call up after TWIN_LAKE_TIMEOUT_S, which is 30 s, and a commit has a few of them.
_HANGS_S: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A topic in the recording; `spec` None: it is wanted, and `problem` says why it isn't recorded."""

    name: str
    spec: TopicSpec | None
    problem: str


class Recording:
    """Open: the worker commits what an earlier run left. `record` begins to capture. Raises SpoolError.

    Everything from the executor's thread.
    """

    def __init__(self, node: Node, config: NodeConfig) -> None:
        self._node = node
        self._config = config
        self.recorder = _with_job(config.recorder)
        self._pipeline = open_pipeline(self.recorder, lake=config.lake, now_ns=partial(_now_ns, node))
        self._worker = Worker(self._pipeline)
        self._worker.start()
        self._subscriptions: Subscriptions | None = None

    def record(self) -> None:
        """Capture from now on; at the first call, tell the lake of the job, and look for topics."""
        self._pipeline.resume()
        if self._subscriptions is None:
            recorder = self.recorder
            self._worker.begin(
                partial(self._pipeline.begin, recorder.asset_id, recorder.job_id, self._config.environment)
            )
            self._subscriptions = _subscriptions(self._node, self._pipeline, self._config)
            self.look()

    def pause(self) -> None:
        """Let messages go by; what was captured goes to the lake."""
        self._pipeline.pause()

    def split(self) -> None:
        """Begin a new segment."""
        self._pipeline.split()

    def look(self) -> None:
        """Subscribe to what is new in the graph."""
        if self._subscriptions is not None:
            self._subscriptions.look()

    def end(self) -> None:
        """Capture no more, and begin to commit what is left, for at most `shutdown.timeout`."""
        if self._subscriptions is not None:
            self._subscriptions.close()
        self._worker.end(self._config.timeout_s)

    def has_ended(self, wait_s: float = 0.0) -> bool:
        """Whether that is over, and the spool is free again; asked for `wait_s` at most."""
        return self._worker.has_ended(wait_s)

    def finish(self) -> None:
        """End, and wait for it; how long that may take is said before."""
        self.end()
        _LOG.info(
            "job %s ends: what is left goes to the lake, for %d s at most",
            self.recorder.job_id,
            math.ceil(self._worker.left_s),
        )
        self._worker.finish(self._config.timeout_s)
        self.tell()

    @property
    def waiting(self) -> int:
        """Closed segments that are not in the lake."""
        return self._pipeline.waiting

    def rest(self) -> str:
        """What keeps it from having ended, and when to ask again."""
        problem = f" ({self._pipeline.problem})" if self._pipeline.problem else ""
        left_s = math.ceil(self._worker.left_s)
        if left_s:
            return (
                f"{self.waiting} segments are on their way into the lake{problem}, for {left_s} s at most;"
                " call again then, or when status says that none waits"
            )
        return (
            f"a commit hangs{problem}, {self.waiting} segments stay in the spool for the next start;"
            f" call again in {_HANGS_S} s, or start the node anew"
        )

    def tell(self) -> None:
        """Log what is not in the lake at the end."""
        if self.waiting:
            _LOG.warning(
                "segments=%d are not in the lake: they wait in %s for the next start", self.waiting, self.recorder.spool
            )

    def status(self) -> PipelineStatus:
        """Where the messages are."""
        return self._pipeline.status()

    def topics(self) -> list[TopicState]:
        """Topics that are recorded or should be, by name."""
        if self._subscriptions is None:
            return []
        recorded, problems = self._subscriptions.recorded, self._subscriptions.problems
        return [
            TopicState(name=name, spec=recorded.get(name), problem=problems.get(name, ""))
            for name in sorted({*recorded, *problems})
        ]


def _with_job(config: RecorderConfig) -> RecorderConfig:
    """A new job where none was given."""
    if config.job_id:
        return config
    job_id = f"job-{uuid.uuid4()}"
    _LOG.info("no job_id was given: this recording is job %s", job_id)
    return replace(config, job_id=job_id, settings={**config.settings, "job_id": job_id})


def _subscriptions(node: Node, pipeline: Pipeline, config: NodeConfig) -> Subscriptions:
    """Subscriptions that stamp as the node's clock asks for."""
    is_simulated = bool(node.get_parameter("use_sim_time").value)
    definitions = Definitions(default_prefixes())
    return Subscriptions(
        node,
        pipeline,
        config.selection,
        definitions,
        stamps_arrival=not is_simulated,
        own_names={"/rosout": node.get_logger().name, "/diagnostics": DIAGNOSTICS_NAME},
    )


def _now_ns(node: Node) -> int:
    """Log time: the node's clock, so that a bag of a simulation is in simulated time.

    Until the first /clock message that is 0, which no reader of a log expects; wall time is the nearest thing.
    """
    return int(node.get_clock().now().nanoseconds) or time.time_ns()
