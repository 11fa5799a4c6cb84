"""Runs a process."""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ..action import Action
from ..event_handler import BaseEventHandler, EventHandler
from ..event_handlers import OnProcessExit, OnProcessIO, OnProcessStart, OnShutdown
from ..events import matches_action
from ..events.process import (
    ProcessExited,
    ShutdownProcess,
    SignalProcess,
)
from ..launch_description_entity import LaunchDescriptionEntity
from ..logging import get_logger
from ..substitutions import LaunchConfiguration
from ..utilities import is_a_subclass, normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.process_output import ProcessOutput
from ..utilities.subprocesses import ChildProcess
from ..utilities.type_utils import normalize_typed_substitution, perform_typed_substitution
from ._escalation import escalation_timers
from ._process_run import run_process
from .emit_event import EmitEvent
from .opaque_function import OpaqueFunction
from .timer_action import TimerAction

if TYPE_CHECKING:
    from ..descriptions import Executable
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
        self._process_output = ProcessOutput(self, output_format, is_cached=cached_output)
        self._log_cmd = log_cmd
        self._on_exit = on_exit
        self._respawn = normalize_typed_substitution(respawn, bool)
        self._respawn_delay_s = respawn_delay or 0.0
        self._respawns_left = respawn_max_retries
        self._process_event_args: dict[str, Any] | None = None
        self._child: ChildProcess | None = None
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
        return self._process_output.cached("stdout", self._name)

    def get_stderr(self) -> str:
        """What it has said on stderr; RuntimeError without `cached_output`."""
        return self._process_output.cached("stderr", self._name)

    @property
    def _name(self) -> str:
        return self._process_description.final_name or str(self._process_description.name)

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
        self._process_output.open(name, output)
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
        log = self._process_output.on_output
        yield OnProcessIO(target_action=self, on_stdout=log, on_stderr=log)
        yield OnShutdown(on_shutdown=self._on_launch_shutdown)
        yield OnProcessExit(target_action=self, on_exit=self._on_exit)
        yield OnProcessExit(target_action=self, on_exit=lambda _, __: self._process_output.flush())

    async def _run(self, context: LaunchContext) -> None:
        try:
            while await self._run_once(context) and await self._is_to_respawn(context):
                pass
        finally:
            for timer in self._escalation:
                timer.cancel()
            cast("asyncio.Future[None]", self._completed_future).set_result(None)

    async def _run_once(self, context: LaunchContext) -> bool:
        details = cast("dict[str, Any]", self._process_event_args)
        if self._log_cmd:
            self._logger.info(
                "process details: cmd='%s', cwd='%s', custom_env?=%s",
                " ".join(word for word in details["cmd"] if word.strip()),
                details["cwd"],
                details["env"] is not None,
            )
        return await run_process(
            context,
            details,
            shell=self._shell,
            emulate_tty=self._emulate_tty,
            logger=self._logger,
            on_start=functools.partial(setattr, self, "_child"),
        )

    async def _is_to_respawn(self, context: LaunchContext) -> bool:
        shutdown = cast("asyncio.Future[None]", self._shutdown_future)
        if not self._respawn or self._respawns_left == 0 or context.is_shutdown or shutdown.done():
            return False
        self._respawns_left -= 1
        if self._respawn_delay_s > 0.0:
            await asyncio.wait([shutdown], timeout=self._respawn_delay_s)
        return not shutdown.done()

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
        self._escalation = escalation_timers(
            self,
            self._process_description.final_name,
            sigterm_s=float(perform_substitutions(context, self._sigterm_timeout)),
            sigkill_s=float(perform_substitutions(context, self._sigkill_timeout)),
            logger=self._logger,
        )
        interrupt = EmitEvent(event=SignalProcess(signal_number=signal.SIGINT, process_matcher=matches_action(self)))
        return [*self._escalation, interrupt] if send_sigint else list(self._escalation)

    def _on_signal(self, context: LaunchContext) -> None:
        event = cast("SignalProcess", context.locals.event)
        if not event.process_matcher(self):
            return
        name = self._process_description.final_name
        if self._child is None:
            raise RuntimeError(f"process[{name}]: signal '{event.signal_name}' received before it was started")
        try:
            self._child.send_signal(signal.Signals[event.signal_name])
        except ProcessLookupError:
            self._logger.debug("signal '%s' not sent to process[%s]: it has ended", event.signal_name, name)
        else:
            self._logger.info("sending signal '%s' to process[%s]", event.signal_name, name)


def _timeout(name: str, given: SomeSubstitutionsType | None) -> list[Substitution]:
    return normalize_to_list_of_substitutions(LaunchConfiguration(name, default=5) if given is None else given)


def _normalized_output(output: SomeSubstitutionsType | Mapping[str, Any]) -> list[Substitution] | dict[str, Any]:
    return dict(output) if isinstance(output, Mapping) else normalize_to_list_of_substitutions(output)
