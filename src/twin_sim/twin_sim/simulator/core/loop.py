"""Runs a simulation in a thread of its own, at a chosen pace, and takes requests from other threads.

Why a thread: a wall timer in the executor would compete with subscriptions and services for the executor's threads, and
could come from a different thread each time, but an OpenGL context belongs to one. So everything that touches the
simulation runs here; other threads hand in functions and wait for the result.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

from twin_sim.errors import SimulatorBusyError
from twin_sim.simulator.core.readings import Reading
from twin_sim.simulator.core.simulation import Simulation

T = TypeVar("T")

_log = logging.getLogger(__name__)

# Simulated time between two looks at the wall clock and at requests: two physics steps, one message on /clock.
_TICK_NS = 10_000_000
# After a pause of the whole machine, don't race to catch up for longer than this.
_MAX_LAG_S = 0.25


class SimulationLoop:
    """`on_readings` is called in the loop's thread after every tick with what fell due, in order."""

    def __init__(
        self,
        simulation: Simulation,
        on_readings: Callable[[Sequence[Reading]], None],
        real_time_factor: float = 1.0,
        request_timeout_s: float = 5.0,
    ) -> None:
        """`real_time_factor`: simulated over wall time to keep, 0 = as fast as possible."""
        self._simulation = simulation
        self._on_readings = on_readings
        self._factor = real_time_factor
        self._request_timeout_s = request_timeout_s
        self._requests: deque[Callable[[], None]] = deque()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._paused = False
        self._thread = threading.Thread(target=self._run, name="simulation", daemon=True)
        self._progress = _Progress()

    def start(self) -> None:
        """Begin to step."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread; the simulation's camera is closed in it."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout_s)

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs; False after an error in it, which is in the log."""
        return self._thread.is_alive()

    @property
    def is_paused(self) -> bool:
        """Whether simulated time stands still."""
        return self._paused

    def pause(self, paused: bool) -> None:
        """Let simulated time stand still, or go on."""
        self.call(lambda _simulation: self._set_paused(paused))

    def call(self, request: Callable[[Simulation], T]) -> T:
        """What a function gives that runs between two ticks; its exceptions are raised here.

        Raises SimulatorBusyError when the loop does not take it in time.
        """
        result: Future[T] = Future()

        def run() -> None:
            if not result.set_running_or_notify_cancel():
                return
            try:
                result.set_result(request(self._simulation))
            except Exception as error:  # noqa: BLE001  (handed to the caller, whatever it is)
                result.set_exception(error)

        self.post(run)
        try:
            return result.result(self._request_timeout_s)
        except FutureTimeoutError as error:
            result.cancel()
            raise SimulatorBusyError(
                f"the simulation took no request within {self._request_timeout_s:g} s; look for its error in the log"
            ) from error

    def command(self, linear: float, angular: float) -> None:
        """Velocity wish (m/s, rad/s); returns at once."""
        self.post(lambda: self._simulation.command(linear, angular))

    def post(self, request: Callable[[], None]) -> None:
        """Run a function in the loop's thread before the next tick; don't wait."""
        self._requests.append(request)
        self._wake.set()

    def measured_factor(self) -> float:
        """Simulated over wall time since this was asked last."""
        return self._progress.factor(self._simulation.time_ns)

    def _run(self) -> None:
        try:
            self._on_readings(self._simulation.due_readings())
            pace = _Pace(self._factor, self._simulation.time_ns)
            while not self._stopping.is_set():
                self._take_requests()
                if self._paused:
                    self._wake.wait()
                    self._wake.clear()
                    pace = _Pace(self._factor, self._simulation.time_ns)
                    continue
                self._tick()
                self._sleep(pace.ahead_s(self._simulation.time_ns))
        except Exception:  # noqa: BLE001  (the node lives on and reports it)
            _log.exception("the simulation stopped; restart the node")
        finally:
            self._simulation.close()

    def _tick(self) -> None:
        end_ns = self._simulation.time_ns + _TICK_NS
        readings: list[Reading] = []
        while self._simulation.time_ns < end_ns:
            readings += self._simulation.step()
        self._on_readings(readings)

    def _take_requests(self) -> None:
        while self._requests:
            self._requests.popleft()()

    def _set_paused(self, paused: bool) -> None:
        self._paused = paused

    def _sleep(self, seconds: float) -> None:
        if seconds > 0.0:
            self._stopping.wait(seconds)
        else:
            time.sleep(0)  # gives other threads the interpreter, or a full-speed loop would hold it for 5 ms each time


class _Pace:
    """How far simulated time is ahead of where it should be."""

    def __init__(self, factor: float, start_ns: int) -> None:
        self._factor = factor
        self._start_ns = start_ns
        self._start_s = time.monotonic()

    def ahead_s(self, now_ns: int) -> float:
        """Wall time to wait, s; 0 when late or when there is no pace to keep."""
        if self._factor <= 0.0:
            return 0.0
        wanted_s = self._start_s + (now_ns - self._start_ns) / 1e9 / self._factor
        ahead_s = wanted_s - time.monotonic()
        if ahead_s < -_MAX_LAG_S:
            self._start_s += -ahead_s - _MAX_LAG_S
        return max(ahead_s, 0.0)


class _Progress:
    """Simulated over wall time between two questions."""

    def __init__(self) -> None:
        self._wall_s = time.monotonic()
        self._time_ns = 0

    def factor(self, time_ns: int) -> float:
        wall_s = time.monotonic()
        factor = (time_ns - self._time_ns) / 1e9 / max(wall_s - self._wall_s, 1e-9)
        self._wall_s, self._time_ns = wall_s, time_ns
        return factor
