"""Runs a process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..action import Action
from ..conditions import evaluate_condition_expression
from ..event_handler import BaseEventHandler, EventHandler
from ..event_handlers import OnProcessExit, OnProcessIO, OnProcessStart, OnShutdown
from ..events import matches_action
from ..events.process import (
    ProcessExited,
    ProcessIO,
    ProcessStarted,
    ProcessStderr,
    ProcessStdout,
    ShutdownProcess,
    SignalProcess,
)
from ..launch_description_entity import LaunchDescriptionEntity
from ..logging import get_logger, get_output_loggers
from ..substitutions import LaunchConfiguration
from ..utilities import is_a_subclass, normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.output_buffer import OutputBuffer
from ..utilities.subprocesses import ChildProcess, start_process
from ..utilities.type_utils import normalize_typed_substitution, perform_typed_substitution
from .emit_event import EmitEvent
from .opaque_function import OpaqueFunction
from .timer_action import TimerAction

if TYPE_CHECKING:
    from logging import Logger

    from ..descriptions import Executable
    from ..event import Event
    from ..events import Shutdown
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution


class ExecuteLocal(Action):
    """Starts the process that `process_description` describes, tells about it by events, and ends it on shutdown.

    Ending: SIGINT, after `sigterm_timeout` s SIGTERM, after `sigkill_timeout` s more SIGKILL. `output`: see
    launch.logging.get_output_loggers(); `output_format` knows `{line}` and `{this}`. `cached_output`: get_stdout() and
    get_stderr() give what the process said. `respawn`: start it again `respawn_delay` s after it ended, at most
    `respawn_max_retries` times (negative: always).
    """

    def __init__(
        self,
        *,
        process_description: Executable,
        shell: bool = False,
        sigterm_timeout: SomeSubstitutionsType | None = None,
        sigkill_timeout: SomeSubstitutionsType | None = None,
        emulate_tty: bool = False,
        output: SomeSubstitutionsType | Mapping[str, Any] = "log",
        output_format: str = "[{this.process_description.final_name}] {line}",
        cached_output: bool = False,
        log_cmd: bool = False,
        on_exit: SomeEntitiesType | Callable[[ProcessExited, LaunchContext], SomeEntitiesType | None] | None = None,
        respawn: bool | SomeSubstitutionsType = False,
        respawn_delay: float | None = None,
        respawn_max_retries: int = -1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._process_description = process_description
        self._shell = shell
        self._sigterm_timeout = _timeout("sigterm_timeout", sigterm_timeout)
        self._sigkill_timeout = _timeout("sigkill_timeout", sigkill_timeout)
        self._emulate_tty = emulate_tty
        self._output = _normalized_output(os.environ.get("OVERRIDE_LAUNCH_PROCESS_OUTPUT", output))
        self._output_format = output_format
        self._cached_output = cached_output
        self._log_cmd = log_cmd
        self._on_exit = on_exit
        self._respawn = normalize_typed_substitution(respawn, bool)
        self._respawn_delay_s = respawn_delay or 0.0
        self._respawns_left = respawn_max_retries
        self._process_event_args: dict[str, Any] | None = None
        self._child: ChildProcess | None = None
        self._buffers = {fd: OutputBuffer(is_cached=cached_output) for fd in (1, 2)}
        self._output_loggers: tuple[Logger, Logger] | None = None
        self._completed_future: asyncio.Future[None] | None = None
        self._shutdown_future: asyncio.Future[None] | None = None
        self._escalation: list[TimerAction] = []
        self._logger = get_logger(__name__)

    @property
    def process_description(self) -> Executable:
        """What is run."""
        return self._process_description

    @property
    def shell(self) -> bool:
        """Whether a shell runs it."""
        return self._shell

    @property
    def emulate_tty(self) -> bool:
        """Whether the process sees a terminal."""
        return self._emulate_tty

    @property
    def sigterm_timeout(self) -> list[Substitution]:
        """From SIGINT to SIGTERM, s."""
        return self._sigterm_timeout

    @property
    def sigkill_timeout(self) -> list[Substitution]:
        """From SIGTERM to SIGKILL, s."""
        return self._sigkill_timeout

    @property
    def output(self) -> list[Substitution] | dict[str, Any]:
        """Where its output goes."""
        return self._output

    @property
    def process_details(self) -> dict[str, Any] | None:
        """Name, cmd, cwd, env, and, once it runs, pid; None before."""
        return self._process_event_args

    @property
    def return_code(self) -> int | None:
        """The exit code; None while it runs."""
        return None if self._child is None else self._child.returncode

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """What the end of the process yields, as far as it is known."""
        return self._on_exit if isinstance(self._on_exit, list) else []

    def get_asyncio_future(self) -> asyncio.Future[Any] | None:
        """Done when the process has ended and is not started again."""
        return self._completed_future

    def get_stdout(self) -> str:
        """What it has said; RuntimeError without `cached_output`."""
        return self._cached(1)

    def get_stderr(self) -> str:
        """What it has said on stderr; RuntimeError without `cached_output`."""
        return self._cached(2)

    def _cached(self, fd: int) -> str:
        if not self._cached_output:
            name = self._process_description.final_name or self._process_description.name
            raise RuntimeError(f"process '{name}': its output is not kept; set cached_output=True to read it")
        return self._buffers[fd].getvalue()

    def prepare(self, context: LaunchContext) -> None:
        """Perform the substitutions."""
        described = self._process_description
        described.prepare(context, self)
        self._process_event_args = {
            "action": self,
            "name": described.final_name,
            "cmd": described.final_cmd,
            "cwd": described.final_cwd,
            "env": described.final_env,
        }
        self._respawn = perform_typed_substitution(context, self._respawn, bool)

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Start the process; RuntimeError on a second time, since the action stands for one process."""
        if self._shutdown_future is not None:
            name = self._process_description.final_name
            raise RuntimeError(f"ExecuteLocal action '{name}': executed more than once: {self.describe()}")
        self.prepare(context)
        name = cast("str", self._process_description.final_name)
        self._shutdown_future = context.asyncio_loop.create_future()
        if context.is_shutdown:
            return None
        self._logger = get_logger(name)
        output = self._output if isinstance(self._output, dict) else perform_substitutions(context, self._output)
        self._output_loggers = get_output_loggers(name, output)
        for handler in self._handlers():
            context.register_event_handler(handler)
        self._completed_future = context.asyncio_loop.create_future()
        context.add_completion_future(context.asyncio_loop.create_task(self._run(context)))
        return None

    def _handlers(self) -> Iterable[BaseEventHandler]:
        for event_class, react in ((ShutdownProcess, self._on_shutdown_process), (SignalProcess, self._on_signal)):
            yield EventHandler(
                matcher=lambda event, wanted=event_class: is_a_subclass(event, wanted),  # type: ignore[misc]
                entities=OpaqueFunction(function=react),
            )
        yield OnProcessIO(target_action=self, on_stdout=self._on_output, on_stderr=self._on_output)
        yield OnShutdown(on_shutdown=self._on_launch_shutdown)
        yield OnProcessExit(target_action=self, on_exit=self._on_exit)
        yield OnProcessExit(target_action=self, on_exit=self._flush_output)

    async def _run(self, context: LaunchContext) -> None:
        try:
            while await self._run_once(context) and await self._is_to_respawn(context):
                pass
        finally:
            for timer in self._escalation:
                timer.cancel()
            cast("asyncio.Future[None]", self._completed_future).set_result(None)

    async def _run_once(self, context: LaunchContext) -> bool:
        """Start the process and wait for its end; False if it could not be started."""
        details = cast("dict[str, Any]", self._process_event_args)
        command = " ".join(word for word in details["cmd"] if word.strip())
        if self._log_cmd:
            self._logger.info(
                "process details: cmd='%s', cwd='%s', custom_env?=%s",
                command,
                details["cwd"],
                details["env"] is not None,
            )
        try:
            child = await self._start(context, details)
        except OSError as error:
            self._logger.error("process '%s' can't be started: %s", command, error)  # noqa: TRY400
            return False
        await context.emit_event(ProcessStarted(**details))
        returncode = await child.complete
        child.close()
        if returncode == 0:
            self._logger.info("process has finished cleanly [pid %s]", child.pid)
        else:
            self._logger.error("process has died [pid %s, exit code %s, cmd '%s'].", child.pid, returncode, command)
        await context.emit_event(ProcessExited(returncode=returncode, **details))
        return True

    async def _start(self, context: LaunchContext, details: dict[str, Any]) -> ChildProcess:
        emulate_tty = self._emulate_tty
        if "emulate_tty" in context.launch_configurations:
            configured = normalize_to_list_of_substitutions(context.launch_configurations["emulate_tty"])
            emulate_tty = evaluate_condition_expression(context, configured)
        details.pop("pid", None)
        child = await start_process(
            details["cmd"],
            cwd=details["cwd"],
            env=details["env"],
            shell=self._shell,
            emulate_tty=emulate_tty,
            on_stdout=lambda data: context.emit_event_sync(ProcessStdout(text=data, **{"pid": 0, **details})),
            on_stderr=lambda data: context.emit_event_sync(ProcessStderr(text=data, **{"pid": 0, **details})),
        )
        details["pid"] = child.pid
        self._child = child
        self._logger.info("process started with pid [%s]", child.pid)
        return child

    async def _is_to_respawn(self, context: LaunchContext) -> bool:
        shutdown = cast("asyncio.Future[None]", self._shutdown_future)
        if not self._respawn or self._respawns_left == 0 or context.is_shutdown or shutdown.done():
            return False
        self._respawns_left -= 1
        if self._respawn_delay_s > 0.0:
            await asyncio.wait([shutdown], timeout=self._respawn_delay_s)
        return not shutdown.done()

    def _on_output(self, event: ProcessIO) -> None:
        fd = 1 if event.from_stdout else 2
        self._log_lines(fd, self._buffers[fd].feed(event.text))

    def _flush_output(self, event: Event, context: LaunchContext) -> None:  # noqa: ARG002
        for fd, buffer in self._buffers.items():
            self._log_lines(fd, buffer.flush())

    def _log_lines(self, fd: int, lines: Iterable[str]) -> None:
        logger = cast("tuple[Logger, Logger]", self._output_loggers)[fd - 1]
        for line in lines:
            logger.info("%s", self._output_format.format(line=line, this=self))

    def _on_launch_shutdown(self, event: Shutdown, context: LaunchContext) -> SomeEntitiesType | None:
        # Ctrl-C reaches the whole process group of a terminal: a second SIGINT would only confuse.
        return self._shutdown_process(context, send_sigint=not event.due_to_sigint or context.noninteractive)

    def _on_shutdown_process(self, context: LaunchContext) -> SomeEntitiesType | None:
        event = cast("ShutdownProcess", context.locals.event)
        return self._shutdown_process(context, send_sigint=True) if event.process_matcher(self) else None

    def _shutdown_process(self, context: LaunchContext, *, send_sigint: bool) -> SomeEntitiesType | None:
        shutdown, completed = self._shutdown_future, self._completed_future
        if shutdown is None or shutdown.done():
            return None
        if completed is None or completed.done():
            shutdown.set_result(None)
            return None
        if self._child is None:  # the process is being started: end it as soon as it runs
            context.register_event_handler(
                OnProcessStart(
                    target_action=self,
                    on_start=lambda _, context: self._shutdown_process(context, send_sigint=send_sigint),
                    handle_once=True,
                )
            )
            return None
        shutdown.set_result(None)
        self._escalation = self._escalation_timers(context)
        interrupt = EmitEvent(event=SignalProcess(signal_number=signal.SIGINT, process_matcher=matches_action(self)))
        return [*self._escalation, interrupt] if send_sigint else list(self._escalation)

    def _escalation_timers(self, context: LaunchContext) -> list[TimerAction]:
        sigterm_s = float(perform_substitutions(context, self._sigterm_timeout))
        sigkill_s = sigterm_s + float(perform_substitutions(context, self._sigkill_timeout))
        steps = ((sigterm_s, "SIGINT", signal.SIGTERM), (sigkill_s, "SIGTERM", signal.SIGKILL))
        return [
            TimerAction(
                period=period_s,
                actions=[
                    OpaqueFunction(function=self._log_escalation, args=(period_s, before, signum.name)),
                    EmitEvent(event=SignalProcess(signal_number=signum, process_matcher=matches_action(self))),
                ],
                cancel_on_shutdown=False,
            )
            for period_s, before, signum in steps
        ]

    def _log_escalation(self, context: LaunchContext, period_s: float, before: str, after: str) -> None:  # noqa: ARG002
        self._logger.error(
            "process[%s] failed to terminate '%s' seconds after receiving '%s', escalating to '%s'",
            self._process_description.final_name,
            period_s,
            before,
            after,
        )

    def _on_signal(self, context: LaunchContext) -> None:
        event = cast("SignalProcess", context.locals.event)
        if not event.process_matcher(self):
            return
        name = self._process_description.final_name
        if self._child is None:
            raise RuntimeError(f"process[{name}]: signal '{event.signal_name}' received before it was started")
        if self._child.returncode is not None:
            self._logger.debug("signal '%s' not sent to process[%s]: it has ended", event.signal_name, name)
            return
        self._logger.info("sending signal '%s' to process[%s]", event.signal_name, name)
        try:
            self._child.send_signal(signal.Signals[event.signal_name])
        except ProcessLookupError:
            self._logger.debug("signal '%s' not sent to process[%s]: it has just ended", event.signal_name, name)


def _timeout(name: str, given: SomeSubstitutionsType | None) -> list[Substitution]:
    return normalize_to_list_of_substitutions(LaunchConfiguration(name, default=5) if given is None else given)


def _normalized_output(output: SomeSubstitutionsType | Mapping[str, Any]) -> list[Substitution] | dict[str, Any]:
    return dict(output) if isinstance(output, Mapping) else normalize_to_list_of_substitutions(output)
