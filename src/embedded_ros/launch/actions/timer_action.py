"""Delays other actions."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from ..action import Action
from ..event_handler import EventHandler
from ..event_handlers import OnShutdown
from ..events import TimerEvent
from ..frontend.expose import expose_action
from ..some_substitutions_type import SomeSubstitutionsType_types_tuple
from ..utilities import ensure_argument_type, is_a_subclass
from ..utilities.type_utils import NormalizedValueType, normalize_typed_substitution, perform_typed_substitution
from .opaque_function import OpaqueFunction

if TYPE_CHECKING:
    from ..event import Event
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..launch_description_entity import LaunchDescriptionEntity
    from ..some_entities_type import SomeEntitiesType
    from ..some_substitutions_type import SomeSubstitutionsType

_HANDLER_MARK = "_timer_event_handler_is_installed"


@expose_action("timer")
class TimerAction(Action):
    """Yields `actions` once, `period` s (wall time) after it was executed, unless cancelled before."""

    def __init__(
        self,
        *,
        period: float | SomeSubstitutionsType,
        actions: Iterable[LaunchDescriptionEntity],
        cancel_on_shutdown: bool | SomeSubstitutionsType = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        ensure_argument_type(period, (*SomeSubstitutionsType_types_tuple, float, int), "period", "TimerAction")
        ensure_argument_type(actions, Iterable, "actions", "TimerAction")
        if isinstance(period, str):
            warnings.warn("TimerAction: give 'period' as a float or a substitution, not as a string", stacklevel=2)
        if isinstance(period, str | int):
            period = float(period)
        self._period = normalize_typed_substitution(period, float)
        self._actions = list(actions)
        self._cancel_on_shutdown = normalize_typed_substitution(cancel_on_shutdown, bool)
        self._context_locals: dict[str, Any] = {}
        self._is_canceled = False
        self._completed_future: asyncio.Future[None] | None = None
        self._canceled_future: asyncio.Future[bool] | None = None

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `timer` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["period"] = parser.parse_if_substitutions(entity.get_attr("period", data_type=float))
        kwargs["actions"] = [parser.parse_action(child) for child in entity.children]
        cancel_on_shutdown = entity.get_attr("cancel_on_shutdown", data_type=bool, optional=True)
        if cancel_on_shutdown is not None:
            kwargs["cancel_on_shutdown"] = parser.parse_if_substitutions(cancel_on_shutdown)
        return cls, kwargs

    @property
    def period(self) -> NormalizedValueType:
        """Delay, s."""
        return self._period

    @property
    def actions(self) -> list[LaunchDescriptionEntity]:
        """What is delayed."""
        return self._actions

    def describe(self) -> str:
        """Text for a person."""
        return f"TimerAction(period={self._period}, actions=<actions>)"

    def describe_conditional_sub_entities(self) -> Sequence[tuple[str, Iterable[LaunchDescriptionEntity]]]:
        """What firing yields."""
        return [(f"{self._period} seconds pass without being canceled", self._actions)]

    def handle(self, context: LaunchContext) -> SomeEntitiesType | None:
        """What firing yields, with the locals of the moment in which the timer was started."""
        context.extend_locals(self._context_locals)
        return self._actions

    def cancel(self) -> None:
        """Never fire, whether started already or not; call it from the loop's thread."""
        self._is_canceled = True
        if self._canceled_future is not None and not self._canceled_future.done():
            self._canceled_future.set_result(True)

    def execute(self, context: LaunchContext) -> None:
        """Start the timer."""
        loop = context.asyncio_loop
        self._completed_future = loop.create_future()
        self._canceled_future = loop.create_future()
        if self._is_canceled:
            self._completed_future.set_result(None)
            return
        _install_handler(context)
        self._context_locals = dict(context.get_locals_as_dict())
        period_s = perform_typed_substitution(context, self._period, float)
        # The loop keeps weak references to tasks only; the context's list holds this one until it is done.
        context.add_completion_future(loop.create_task(self._fire_later(context, period_s)))
        if perform_typed_substitution(context, self._cancel_on_shutdown, bool):
            context.register_event_handler(OnShutdown(on_shutdown=self._on_shutdown))

    async def _fire_later(self, context: LaunchContext, period_s: float) -> None:
        futures = cast(
            "tuple[asyncio.Future[bool], asyncio.Future[None]]", (self._canceled_future, self._completed_future)
        )
        canceled, completed = futures
        await self._wait_for_end(context, period_s, canceled)
        if not canceled.done():
            await context.emit_event(TimerEvent(timer_action=self))
        completed.set_result(None)

    async def _wait_for_end(self, context: LaunchContext, period_s: float, canceled: asyncio.Future[bool]) -> None:  # noqa: ARG002
        """Until the period is over or the timer is cancelled; timers of another clock override it."""
        await asyncio.wait([canceled], timeout=period_s)

    def _on_shutdown(self, event: Event, context: LaunchContext) -> None:  # noqa: ARG002
        self.cancel()

    def get_asyncio_future(self) -> asyncio.Future[Any] | None:
        """Done when the timer has fired or was cancelled."""
        return self._completed_future


def _install_handler(context: LaunchContext) -> None:
    """One handler a launch serves all timers."""
    if hasattr(context, _HANDLER_MARK):
        return
    context.register_event_handler(
        EventHandler(
            matcher=lambda event: is_a_subclass(event, TimerEvent),
            entities=OpaqueFunction(
                function=lambda context: cast("TimerEvent", context.locals.event).timer_action.handle(context)
            ),
        )
    )
    setattr(context, _HANDLER_MARK, True)
