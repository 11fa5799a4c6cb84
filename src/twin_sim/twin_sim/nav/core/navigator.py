"""Drives to one goal at a time: plan, follow, stop before obstacles, recover, give up with a reason."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import numpy as np

from twin_sim.nav.core.controller import STOP, Command, Follower, Phase
from twin_sim.nav.core.costmap import Costmap
from twin_sim.nav.core.errors import ErrorCode, PlanError
from twin_sim.nav.core.geometry import Pose2D
from twin_sim.nav.core.guard import Guard
from twin_sim.nav.core.localizer import Localizer
from twin_sim.nav.core.planner import Path, Planner
from twin_sim.nav.core.progress import ProgressChecker
from twin_sim.nav.core.recovery import Recovery
from twin_sim.nav.core.senses import Senses
from twin_sim.nav.core.states import State, is_active, move
from twin_sim.nav.core.task import Ending, Feedback, NavigatorConfig, Outcome, Step

_LOG = logging.getLogger(__name__)
_MAX_STEP_S = 0.2
_SAY_AGAIN_S = 5.0
# Tries to turn at the goal before it counts as too tight.
_TURN_TRIES = 2
# Farther from its path than this, the robot was carried or corrected: plan anew.
_OFF_PATH_M = 0.5


class Navigator:
    """Call `step` at the control rate; feed `senses` as odometry and scans come. All times in seconds of one clock."""

    def __init__(self, costmap: Costmap, planner: Planner, localizer: Localizer, config: NavigatorConfig) -> None:
        self._costmap = costmap
        self._planner = planner
        self._localizer = localizer
        self._config = config
        self.senses = Senses(costmap, localizer, latency_s=config.latency_s, timeout_s=config.sensor_timeout_s)
        self._follower = Follower(config.controller)
        self._guard = Guard(config.footprint, config.guard)
        self._recovery = Recovery(config.recovery, self._guard)
        self._progress = ProgressChecker(config.progress)
        self._state = State.IDLE
        self._goal = Pose2D()
        self._path: Path | None = None
        self._said_s = -math.inf
        self._reset(0.0)
        self._steps: dict[State, Callable[[Pose2D, float], Step]] = {
            State.PLANNING: self._plan,
            State.FOLLOWING: self._follow,
            State.BLOCKED: self._wait_blocked,
            State.RECOVERING: self._work_free,
            State.WAITING: self._resume,
        }

    def _reset(self, now_s: float) -> None:
        self._started_s = now_s
        self._state_since_s = now_s
        self._planned_s = -math.inf
        self._step_s = now_s
        self._scan_needed_s = -math.inf
        self._recovery.reset()
        self._path = None
        self._progress.restart()

    def start(self, goal: Pose2D, now_s: float) -> Outcome | None:
        """Take a goal (map) that the planner has checked; gives the outcome of the one it takes over from, if any."""
        before = None
        if is_active(self._state):
            text = f"a new goal ({goal.x:.2f}, {goal.y:.2f}) took over"
            before = Outcome(ending=Ending.PREEMPTED, text=text)
        else:
            self._follower.halt()
        self._reset(now_s)
        self._goal = goal
        self._go(State.PLANNING, now_s)
        return before

    def cancel(self) -> Outcome | None:
        """End the navigation; the robot's next command is to be a stop. None if there was none."""
        if not is_active(self._state):
            return None
        return self._end(Outcome(ending=Ending.CANCELED, text="canceled")).outcome

    # What can be asked

    @property
    def state(self) -> State:
        """IDLE without a goal."""
        return self._state

    @property
    def path(self) -> Path | None:
        """The path being followed."""
        return self._path

    def feedback(self, now_s: float) -> Feedback:
        """How the navigation is going."""
        pose = self._localizer.pose_at(now_s)
        speed = abs(self._localizer.odometry.latest.linear)
        rest = self._path.remaining_m(pose) if self._path is not None else pose.distance_to(self._goal)
        return Feedback(
            pose=pose,
            elapsed_s=now_s - self._started_s,
            remaining_s=rest / speed if speed > 0.01 and rest > 0.1 else 0.0,
            remaining_m=rest,
            recoveries=self._recovery.count,
        )

    # What it does

    def step(self, now_s: float) -> Step:
        """One turn of the control loop."""
        if not is_active(self._state):
            return Step()
        missing = self.senses.missing(now_s)
        if missing and self._state is not State.WAITING:
            self._say_stopped(missing, now_s)
            self._go(State.WAITING, now_s)
        if missing:
            return self._wait(now_s, missing)
        step = self._steps[self._state](self.senses.look(now_s), now_s)
        self._step_s = now_s
        self.senses.note(step.command or STOP, now_s)
        return step

    def _wait(self, now_s: float, missing: str) -> Step:
        if now_s - self._state_since_s > self._config.sensor_patience_s:
            return self._abort(ErrorCode.CONTROLLER_TF_ERROR, f"{missing}; check that the robot or simulator runs")
        self.senses.note(STOP, now_s)
        return Step(command=self._follower.halt())

    def _say_stopped(self, reason: str, now_s: float) -> None:
        # A sensor that comes and goes would fill the log.
        if now_s - self._said_s > _SAY_AGAIN_S:
            self._said_s = now_s
            _LOG.warning("stopped: %s", reason)

    def _resume(self, pose: Pose2D, now_s: float) -> Step:
        _LOG.debug("sensors are back at (%.2f, %.2f)", pose.x, pose.y)
        self._progress.restart()
        self._go(State.PLANNING, now_s)
        return Step(command=self._follower.halt())

    def _plan(self, pose: Pose2D, now_s: float) -> Step:
        if self._localizer.scan_stamp_s < self._scan_needed_s:
            return Step(command=self._follower.halt())
        try:
            self._use(self._planner.plan(pose, self._goal), now_s)
        except PlanError as error:
            return self._handle_plan_error(error, pose, now_s)
        self._go(State.FOLLOWING, now_s)
        return self._follow(pose, now_s)

    def _handle_plan_error(self, error: PlanError, pose: Pose2D, now_s: float) -> Step:
        # Where even the map alone has no way, no recovery will find one.
        hopeless = not self._costmap.has_live
        if not hopeless:
            try:
                self._planner.plan(pose, self._goal, static_only=True)
            except PlanError as static_error:
                error, hopeless = static_error, True
        if hopeless and error.code is not ErrorCode.START_OCCUPIED:
            return self._abort(error.code, str(error))
        return self._recover(error.code, str(error), now_s)

    def _use(self, path: Path, now_s: float) -> None:
        self._path = path
        self._planned_s = now_s
        self._follower.follow(path)

    def _follow(self, pose: Pose2D, now_s: float) -> Step:
        if not self._keep_path(pose, now_s) or self._path is None:
            self._go(State.PLANNING, now_s)
            return Step(command=self._follower.halt())
        if self._progress.is_stuck(pose, now_s):
            limits = self._config.progress
            text = (
                f"moved less than {limits.distance_m:.2f} m in {limits.allowance_s:.0f} s at "
                f"({pose.x:.2f}, {pose.y:.2f}) map; see whether the robot is held or its wheels slip"
            )
            return self._recover(ErrorCode.FAILED_TO_MAKE_PROGRESS, text, now_s)
        clearance = float(self._costmap.clearance(np.array([[pose.x, pose.y]]))[0])
        dt_s = min(max(now_s - self._step_s, 1e-3), _MAX_STEP_S)
        command = self._follower.step(pose, clearance, dt_s)
        if self._follower.phase is Phase.ARRIVED and command == STOP and self.senses.stands():
            return self._end(Outcome(ending=Ending.SUCCEEDED))
        safe = self._safe(command)
        if safe is None:
            self._say_stopped(f"obstacle ahead of ({pose.x:.2f}, {pose.y:.2f})", now_s)
            self._go(State.BLOCKED, now_s)
            return Step(command=self._follower.halt())
        return Step(command=self._follower.override(safe))

    def _safe(self, command: Command) -> Command | None:
        """The command, slower or turning the other way if need be; None if nothing is safe."""
        points = self.senses.points_ahead()
        safe = self._guard.limited(points, command)
        if safe is None:
            other = self._follower.turn_other_way()
            safe = self._guard.limited(points, other) if other is not None else None
        return safe

    def _keep_path(self, pose: Pose2D, now_s: float) -> bool:
        """Renew the path when it is old or blocked. False if it is blocked and there is no other yet."""
        path = self._path
        if path is None:
            return False
        is_clear = path.distance_to(pose) < _OFF_PATH_M and self._planner.is_clear(path, pose)
        near_goal = path.remaining_m(pose) < 0.5
        if is_clear and (near_goal or now_s - self._planned_s < self._config.replan_period_s):
            return True
        try:
            self._use(self._planner.plan(pose, self._goal), now_s)
        except PlanError:
            self._planned_s = now_s
            return is_clear
        return True

    def _wait_blocked(self, pose: Pose2D, now_s: float) -> Step:
        """Stand for a moment: whoever stands in the way may go, or the next scan shows a way round."""
        waited_s = now_s - self._state_since_s
        if waited_s > self._config.recovery.blocked_s:
            return self._give_up_waiting(pose, waited_s, now_s)
        if self._path is None or not self._keep_path(pose, now_s):
            return Step(command=self._follower.halt())
        command = self._follower.step(pose, self._config.controller.slow_clearance_m, 0.05)
        if self._safe(command) is None:
            return Step(command=self._follower.halt())
        self._go(State.FOLLOWING, now_s)
        return self._follow(pose, now_s)

    def _give_up_waiting(self, pose: Pose2D, waited_s: float, now_s: float) -> Step:
        where, goal = f"({pose.x:.2f}, {pose.y:.2f}) map", self._goal
        if self._follower.phase is Phase.ALIGNING and self._recovery.count >= _TURN_TRIES:
            room_m = self._config.footprint.radius_m
            text = f"at the goal {where} there is no room to turn to {goal.yaw:.2f} rad; choose another heading or "
            return self._abort(ErrorCode.NO_VALID_CONTROL, f"{text}a goal {room_m:.2f} m away from everything")
        text = f"an obstacle has been in the way at {where} for {waited_s:.1f} s; move it away"
        return self._recover(ErrorCode.NO_VALID_CONTROL, text, now_s)

    def _recover(self, code: ErrorCode, text: str, now_s: float) -> Step:
        if self._recovery.is_exhausted:
            return self._abort(code, f"{text} ({self._recovery.count} recoveries tried)")
        self._recovery.begin(code, self._localizer.odometry.latest.pose, self.senses.points_ahead(), now_s)
        _LOG.warning("recovery %d of %d: %s", self._recovery.count, self._config.recovery.max_recoveries, text)
        self._go(State.RECOVERING, now_s)
        return Step(command=self._follower.halt())

    def _work_free(self, pose: Pose2D, now_s: float) -> Step:
        """Drive off or wait, then forget the live obstacles and plan anew."""
        command = self._recovery.command(self._localizer.odometry.latest.pose, self.senses.points_ahead(), now_s)
        if command is not None:
            return Step(command=self._follower.override(command))
        _LOG.info("planning again from (%.2f, %.2f)", pose.x, pose.y)
        self._costmap.clear_live()
        # Plan only with what the next scan shows again of the obstacles just forgotten.
        self._scan_needed_s = now_s
        self._progress.restart()
        self._go(State.PLANNING, now_s)
        return Step(command=self._follower.halt())

    def _go(self, to: State, now_s: float) -> None:
        self._state = move(self._state, to)
        self._state_since_s = now_s

    def _abort(self, code: ErrorCode, text: str) -> Step:
        return self._end(Outcome(ending=Ending.ABORTED, code=code, text=text))

    def _end(self, outcome: Outcome) -> Step:
        self._state = move(self._state, State.IDLE)
        return Step(command=self._follower.halt(), outcome=outcome)
