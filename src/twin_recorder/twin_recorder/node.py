"""RecorderNode: lifecycle, services and diagnostics around a recording; no decisions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from diagnostic_msgs.msg import DiagnosticArray
from std_srvs.srv import Trigger
from twin_interfaces.srv import GetRecorderStatus

from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from twin_lakehouse import TwinError
from twin_node.declare import declare
from twin_node.logs import LogRoute

from . import params
from .control import RecorderState, refusal
from .core.errors import RecorderError, SpoolError
from .health import answer, report
from .recording import Recording

_LOOK_S = 0.25
_ANSWER_S = 5.0


class RecorderNode(LifecycleNode):
    """ROS shell of a recording. Raises RecorderError or TwinError from the constructor for a wrong configuration."""

    def __init__(self) -> None:
        super().__init__("twin_recorder")
        self._logs = LogRoute(self.get_logger(), "twin_recorder", "twin_lakehouse")
        self.config = params.parse(declare(self, params.PARAMETERS))
        self._recording: Recording | None = None
        self._ending: Recording | None = None  # the last one, while it still has the spool
        self._state = RecorderState.UNCONFIGURED
        self._refusal: RecorderError | TwinError | None = None
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        # Steady: health is told, and the graph looked at, in real time, also while a simulation is paused.
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        self.create_timer(1.0, self._on_health, clock=steady)
        self.create_timer(_LOOK_S, self._on_look, clock=steady)
        self._serve()
        if self.config.autostart:
            self._autostart()

    def destroy_node(self) -> None:
        """Also commits what is left, for at most `shutdown.timeout`; the rest waits for the next start."""
        self._end()
        self._logs.close()
        super().destroy_node()

    def on_configure(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Take the spool over; what an earlier run left in it goes to the lake."""
        try:
            self._recording = self._opened()
        except (RecorderError, TwinError) as error:
            self._refusal = error
            self.get_logger().error(str(error))
            return TransitionCallbackReturn.FAILURE
        self._state = RecorderState.INACTIVE
        return super().on_configure(state)

    def on_activate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Record."""
        try:
            self._begin()
        except (RecorderError, TwinError) as error:
            self.get_logger().error(str(error))
            return TransitionCallbackReturn.FAILURE
        return super().on_activate(state)

    def on_deactivate(self, state: LifecycleState) -> TransitionCallbackReturn:
        """Let messages go by."""
        if self._recording is not None:
            self._recording.pause()
        self._state = RecorderState.INACTIVE
        return super().on_deactivate(state)

    def on_cleanup(self, state: LifecycleState) -> TransitionCallbackReturn:
        """End the recording, and free the spool."""
        self._end()
        self._state = RecorderState.UNCONFIGURED
        return super().on_cleanup(state)

    def on_shutdown(self, state: LifecycleState) -> TransitionCallbackReturn:
        """As cleanup, for good."""
        self._end()
        self._state = RecorderState.FINALIZED
        return super().on_shutdown(state)

    def _autostart(self) -> None:
        """Record at once; what keeps it from that ends the process."""
        if self.trigger_configure() is not TransitionCallbackReturn.SUCCESS and self._refusal is not None:
            raise self._refusal
        self.trigger_activate()

    def _begin(self) -> None:
        """Record, with a new recording where the last one was ended. Raises SpoolError."""
        if self._recording is None:
            self._recording = self._opened()
        self._recording.record()
        self._state = RecorderState.RECORDING
        recorder = self._recording.recorder
        self.get_logger().info(f"recording asset={recorder.asset_id} job={recorder.job_id} lake={self.config.lake}")

    def _opened(self) -> Recording:
        """A new recording. Raises SpoolError."""
        if self._ending is not None and not self._is_over(self._ending):
            raise SpoolError(f"{_job(self._ending)} was stopped and still has the spool: {self._ending.rest()}")
        return Recording(self, self.config)

    def _end(self) -> None:
        """End the recording, if there is one, and wait for it."""
        ending, self._recording = self._recording or self._ending, None
        if ending is not None:
            ending.finish()
            self._ending = None if ending.has_ended() else ending

    def _is_over(self, ending: Recording, wait_s: float = 0.0) -> bool:
        """Whether a recording has ended by itself; asked for `wait_s` at most."""
        if ending.has_ended(wait_s):
            ending.tell()
            self._ending = None
            return True
        self._ending = ending
        return False

    def _serve(self) -> None:
        """The services, below this node's name."""
        calls: dict[str, Callable[[], str]] = {
            "start": self._start,
            "pause": self._pause,
            "resume": self._resume,
            "stop": self._stop,
            "split": self._split,
        }
        for name, call in calls.items():
            self.create_service(Trigger, f"~/{name}", partial(self._on_call, name, call))
        self.create_service(GetRecorderStatus, "~/status", self._on_status)

    def _on_call(
        self, name: str, call: Callable[[], str], _request: Trigger.Request, response: Trigger.Response
    ) -> Trigger.Response:
        """Refuse what the state doesn't allow, else do it and say what happened."""
        response.message = refusal(name, self._state)
        if not response.message:
            try:
                response.message, response.success = call(), True
            except (RecorderError, TwinError) as error:
                response.message = str(error)
        return response

    def _start(self) -> str:
        self._begin()
        return f"recording {_job(self._here())}"

    def _pause(self) -> str:
        self._here().pause()
        self._state = RecorderState.PAUSED
        return f"paused {_job(self._here())}: messages go by until resume"

    def _resume(self) -> str:
        self._here().record()
        self._state = RecorderState.RECORDING
        return f"recording {_job(self._here())} again"

    def _stop(self) -> str:
        """Answers soon, also where the lake doesn't: whoever called may wait no longer than a few seconds."""
        recording, self._recording = self._here(), None
        self._state = RecorderState.STOPPED
        recording.end()
        if not self._is_over(recording, _ANSWER_S):
            rest = recording.rest()
        else:
            left = recording.waiting
            rest = f"{left} segments wait in the spool" if left else "all of it is in the lake"
        return f"stopped {_job(recording)}: {rest}"

    def _split(self) -> str:
        self._here().split()
        return f"split {_job(self._here())}: a new segment begins"

    def _here(self) -> Recording:
        """The recording that the state says is there."""
        if self._recording is None:
            raise RecorderError(f"the recorder is {self._state.value} without a recording; this is a bug")
        return self._recording

    def _on_look(self) -> None:
        if self._ending is not None:
            self._is_over(self._ending)
        if self._recording is not None:
            self._recording.look()

    def _on_health(self) -> None:
        stamp = self.get_clock().now().to_msg()
        recording = self._recording or self._ending
        self._diagnostics.publish(report(self._state, recording, self.config.recorder.asset_id, stamp))

    def _on_status(
        self, _request: GetRecorderStatus.Request, response: GetRecorderStatus.Response
    ) -> GetRecorderStatus.Response:
        response.state = self._state.value
        response.asset_id, response.lake = self.config.recorder.asset_id, str(self.config.lake)
        recording = self._recording or self._ending
        return response if recording is None else answer(recording, response)


def _job(recording: Recording) -> str:
    return f"job {recording.recorder.job_id}"
