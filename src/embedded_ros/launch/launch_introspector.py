"""A launch description as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embedded_ros.absent import module_getattr

from .actions import ExecuteProcess

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .launch_description import LaunchDescription
    from .launch_description_entity import LaunchDescriptionEntity


class LaunchIntrospector:
    """Draws descriptions without running them."""

    def format_launch_description(self, launch_description: LaunchDescription) -> str:
        """The description and all that it yields, a line each, indented."""
        lines = [str(launch_description), *_indented(_lines(launch_description.entities))]
        return "\n".join(lines)


def _lines(entities: Iterable[LaunchDescriptionEntity]) -> list[str]:
    lines: list[str] = []
    for entity in entities:
        lines.append(_title(entity))
        lines += _indented(_lines(entity.describe_sub_entities()))
        for condition, conditional in entity.describe_conditional_sub_entities():
            lines += _indented([f"{condition}:", *_indented(_lines(conditional))])
    return lines


def _title(entity: LaunchDescriptionEntity) -> str:
    if isinstance(entity, ExecuteProcess):
        words = [" + ".join(sub.describe() for sub in word) for word in entity.process_description.cmd]
        return f"ExecuteProcess(cmd=[{', '.join(words)}])"
    return entity.describe()


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


__getattr__ = module_getattr(
    __name__,
    frozenset(
        {
            "format_action",
            "format_entities",
            "format_event_handler",
            "format_substitutions",
            "indent",
            "tree_like_indent",
        }
    ),
)
