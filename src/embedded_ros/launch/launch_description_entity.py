"""Base of everything a launch description may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Sequence

    from .launch_context import LaunchContext


class LaunchDescriptionEntity:
    """An item that can be described without running it, and visited to run it."""

    def describe(self) -> str:
        """Text for a person."""
        raise NotImplementedError(f"{type(self).__name__}.describe(): an entity must override it")

    def describe_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """Entities that a visit always yields."""
        return []

    def describe_conditional_sub_entities(self) -> Sequence[tuple[str, Iterable[LaunchDescriptionEntity]]]:
        """Pairs of a condition in words and the entities that a visit yields if it holds."""
        return []

    def visit(self, context: LaunchContext) -> Sequence[LaunchDescriptionEntity] | None:  # noqa: ARG002
        """Run the entity without blocking; gives what to visit next, in order."""
        return None

    def get_asyncio_future(self) -> asyncio.Future[Any] | None:
        """Asked after `visit`: done when what the visit started is over; None if nothing is going on."""
        return None
