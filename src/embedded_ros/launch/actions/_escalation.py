"""What follows for a process that does not end when it is interrupted."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from ..events import matches_action
from ..events.process import SignalProcess
from .emit_event import EmitEvent
from .opaque_function import OpaqueFunction
from .timer_action import TimerAction

if TYPE_CHECKING:
    from logging import Logger

    from ..action import Action
    from ..launch_context import LaunchContext


def escalation_timers(
    action: Action, process_name: str | None, *, sigterm_s: float, sigkill_s: float, logger: Logger
) -> list[TimerAction]:
    """SIGTERM `sigterm_s` after SIGINT, and SIGKILL `sigkill_s` later, unless the timers are cancelled before."""

    def log(context: LaunchContext, period_s: float, before: str, after: str) -> None:  # noqa: ARG001
        logger.error(
            "process[%s] failed to terminate '%s' seconds after receiving '%s', escalating to '%s'",
            process_name,
            period_s,
            before,
            after,
        )

    steps = ((sigterm_s, "SIGINT", signal.SIGTERM), (sigterm_s + sigkill_s, "SIGTERM", signal.SIGKILL))
    return [
        TimerAction(
            period=period_s,
            actions=[
                OpaqueFunction(function=log, args=(period_s, before, signum.name)),
                EmitEvent(event=SignalProcess(signal_number=signum, process_matcher=matches_action(action))),
            ],
            cancel_on_shutdown=False,
        )
        for period_s, before, signum in steps
    ]
