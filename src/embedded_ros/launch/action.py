"""Base of everything that a launch does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conditions import IfCondition, UnlessCondition
from .events.execution_complete import ExecutionComplete
from .launch_description_entity import LaunchDescriptionEntity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .condition import Condition
    from .frontend import Entity, Parser
    from .frontend.expose import Parsed
    from .launch_context import LaunchContext


class Action(LaunchDescriptionEntity):
    """An intention; executed when it is visited, if `condition` holds (None: always)."""

    def __init__(self, *, condition: Condition | None = None) -> None:
        self._condition = condition

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """Keyword arguments that the attributes `if` and `unless`, which every element may have, stand for."""
        given = {name: entity.get_attr(name, optional=True) for name in ("if", "unless")}
        if None not in given.values():
            raise RuntimeError("if and unless conditions can't be used simultaneously")
        if given["if"] is not None:
            return cls, {"condition": IfCondition(parser.parse_substitution(given["if"]))}
        if given["unless"] is not None:
            return cls, {"condition": UnlessCondition(parser.parse_substitution(given["unless"]))}
        return cls, {}

    @property
    def condition(self) -> Condition | None:
        """What must hold for the action to run."""
        return self._condition

    def describe(self) -> str:
        """Text for a person."""
        return repr(self)

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """What executing yields."""
        return []

    def describe_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """What executing yields, if nothing has to hold for it."""
        return self.get_sub_entities() if self._condition is None else []

    def describe_conditional_sub_entities(self) -> Sequence[tuple[str, Iterable[LaunchDescriptionEntity]]]:
        """What executing yields, if something has to hold for it."""
        if self._condition is None:
            return []
        return [(f"Conditionally included by {self.describe()}", self.get_sub_entities())]

    def visit(self, context: LaunchContext) -> Sequence[LaunchDescriptionEntity] | None:
        """Execute the action if its condition holds, and tell who waits for its completion."""
        if self._condition is not None and not self._condition.evaluate(context):
            return None
        try:
            return self.execute(context)
        finally:
            self._tell_completion(context)

    def _tell_completion(self, context: LaunchContext) -> None:
        event = ExecutionComplete(action=self)
        if not context.would_handle_event(event):
            return
        future = self.get_asyncio_future()
        if future is None:
            context.emit_event_sync(event)
        else:
            future.add_done_callback(lambda _: context.emit_event_sync(event))

    def execute(self, context: LaunchContext) -> Sequence[LaunchDescriptionEntity] | None:  # noqa: ARG002
        """Do it, without blocking; gives what to visit next."""
        return None
