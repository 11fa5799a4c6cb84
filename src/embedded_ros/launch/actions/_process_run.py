"""One process from its start to its end, told by events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..conditions import evaluate_condition_expression
from ..events.process import ProcessExited, ProcessStarted, ProcessStderr, ProcessStdout
from ..utilities import normalize_to_list_of_substitutions
from ..utilities.subprocesses import ChildProcess, start_process

if TYPE_CHECKING:
    from logging import Logger

    from ..launch_context import LaunchContext


async def run_process(
    context: LaunchContext,
    details: dict[str, Any],
    *,
    shell: bool,
    emulate_tty: bool,
    logger: Logger,
    on_start: Callable[[ChildProcess], None],
) -> bool:
    """Start what `details` (the arguments of its events) say, and wait for its end; False if it can't be started.

    The launch configuration `emulate_tty` goes before the argument. `details` get the pid.
    """
    command = " ".join(word for word in details["cmd"] if word.strip())
    details.pop("pid", None)
    try:
        child = await start_process(
            details["cmd"],
            cwd=details["cwd"],
            env=details["env"],
            shell=shell,
            emulate_tty=_is_tty_emulated(context, emulate_tty),
            on_stdout=lambda data: context.emit_event_sync(ProcessStdout(text=data, **{"pid": 0, **details})),
            on_stderr=lambda data: context.emit_event_sync(ProcessStderr(text=data, **{"pid": 0, **details})),
        )
    except OSError as error:
        logger.error("process '%s' can't be started: %s", command, error)  # noqa: TRY400
        return False
    details["pid"] = child.pid
    on_start(child)
    logger.info("process started with pid [%s]", child.pid)
    await context.emit_event(ProcessStarted(**details))
    returncode = await child.complete
    child.close()
    if returncode == 0:
        logger.info("process has finished cleanly [pid %s]", child.pid)
    else:
        logger.error("process has died [pid %s, exit code %s, cmd '%s'].", child.pid, returncode, command)
    await context.emit_event(ProcessExited(returncode=returncode, **details))
    return True


def _is_tty_emulated(context: LaunchContext, default: bool) -> bool:
    configured = context.launch_configurations.get("emulate_tty")
    if configured is None:
        return default
    return evaluate_condition_expression(context, normalize_to_list_of_substitutions(configured))
