"""The walk that runs a launch description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

    from ..launch_context import LaunchContext
    from ..launch_description_entity import LaunchDescriptionEntity


def visit_all_entities_and_collect_futures(
    entity: LaunchDescriptionEntity, context: LaunchContext
) -> list[tuple[LaunchDescriptionEntity, asyncio.Future[Any]]]:
    """Visit `entity` and, depth first, what it yields; gives the entities that still have something going on."""
    sub_entities = entity.visit(context)
    # Asked before the sub-entities run: they may start the same entity's next activity.
    future = entity.get_asyncio_future()
    pairs = [] if future is None else [(entity, future)]
    for sub_entity in sub_entities or ():
        pairs += visit_all_entities_and_collect_futures(sub_entity, context)
    return pairs
