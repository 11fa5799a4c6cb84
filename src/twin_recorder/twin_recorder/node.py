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
from .core.errors import RecorderError
from .health import answer, report
from .recording import Recording

_LOOK_S = 0.25


class RecorderNode(LifecycleNode):
    """ROS shell of a recording. Raises RecorderError or TwinError from the constructor for a wrong configuration."""

    def __init__(self) -> None:
        super().__init__("twin_recorder")
        self._logs = LogRoute(self.get_logger(), "twin_recorder", "twin_lakehouse")
        self.config = params.parse(declare(self, params.PARAMETERS))
        self._recording: Recording | None = None
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
            self._recording = Recording(self, self.config)
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
            self._recording = Recording(self, self.config)
        self._recording.record()
        self._state = RecorderState.RECORDING
        recorder = self._recording.recorder
        self.get_logger().info(f"recording asset={recorder.asset_id} job={recorder.job_id} lake={self.config.lake}")

    def _end(self) -> int:
        """End the recording, if there is one; the number of segments that wait in the spool."""
        recording, self._recording = self._recording, None
        return recording.finish() if recording is not None else 0

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
        return f"recording {self._job()}"

    def _pause(self) -> str:
        self._here().pause()
        self._state = RecorderState.PAUSED
        return f"paused {self._job()}: messages go by until resume"

    def _resume(self) -> str:
        self._here().record()
        self._state = RecorderState.RECORDING
        return f"recording {self._job()} again"

    def _stop(self) -> str:
        job = self._job()
        left = self._end()
        self._state = RecorderState.STOPPED
        return f"stopped {job}: " + (f"{left} segments wait in the spool" if left else "all of it is in the lake")

    def _split(self) -> str:
        self._here().split()
        return f"split {self._job()}: a new segment begins"

    def _here(self) -> Recording:
        """The recording that the state says is there."""
        if self._recording is None:
            raise RecorderError(f"the recorder is {self._state.value} without a recording; this is a bug")
        return self._recording

    def _job(self) -> str:
        return f"job {self._here().recorder.job_id}"

    def _on_look(self) -> None:
        if self._recording is not None:
            self._recording.look()

    def _on_health(self) -> None:
        stamp = self.get_clock().now().to_msg()
        self._diagnostics.publish(report(self._state, self._recording, self.config.recorder.asset_id, stamp))

    def _on_status(
        self, _request: GetRecorderStatus.Request, response: GetRecorderStatus.Response
    ) -> GetRecorderStatus.Response:
        response.state = self._state.value
        response.asset_id, response.lake = self.config.recorder.asset_id, str(self.config.lake)
        return response if self._recording is None else answer(self._recording, response)
