"""Loading of launch files in a markup language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frontend import InvalidFrontendLaunchFileError, Parser

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription

__all__ = ["InvalidFrontendLaunchFileError", "get_launch_description_from_frontend_launch_file"]


def get_launch_description_from_frontend_launch_file(
    frontend_launch_file_path: str, *, parser: type[Parser] = Parser
) -> LaunchDescription:
    """The description in the file; InvalidFrontendLaunchFileError if no parser (or not `parser`) can read it."""
    root, parser_of_file = parser.load(frontend_launch_file_path)
    return parser_of_file.parse_description(root)
