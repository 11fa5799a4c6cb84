"""Says when tests may start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from launch.action import Action
from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity


class ReadyToTest(Action):
    """Tests start when it is executed."""

    def __init__(self) -> None:
        super().__init__()
        self._callbacks: list[Callable[[], None]] = []

    def _add_callback(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    def execute(self, context: LaunchContext) -> None:  # noqa: ARG002
        """Let the tests start."""
        for callback in self._callbacks:
            callback()


def ready_actions(entities: Iterable[LaunchDescriptionEntity]) -> Iterator[ReadyToTest]:
    """Those in a description, as far as it is known before it runs."""
    for entity in entities:
        if isinstance(entity, ReadyToTest):
            yield entity
        yield from ready_actions(entity.describe_sub_entities())
        for _, conditional in entity.describe_conditional_sub_entities():
            yield from ready_actions(conditional)
