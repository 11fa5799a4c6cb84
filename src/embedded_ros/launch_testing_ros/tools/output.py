"""Filtering of output."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import launch_testing.tools.output as plain
from ament_index_python import get_resource, has_resource


def get_rmw_output_filter(rmw_implementation: str, filter_type: str) -> list[str]:
    """Lines of the middleware's own that tests leave out: their 'prefixes' or 'patterns', as `filter_type` says."""
    if filter_type not in ("prefixes", "patterns"):
        raise TypeError(f"Unsupported filter_type {filter_type!r}. Supported types: ['prefixes', 'patterns']")
    resource_type = f"rmw_output_{filter_type}"
    if not has_resource(resource_type, rmw_implementation):
        return []
    lines, _ = get_resource(resource_type, rmw_implementation)
    return lines.splitlines()


def basic_output_filter(
    filtered_prefixes: Sequence[str] | None = None,
    filtered_patterns: Sequence[str] | None = None,
    filtered_rmw_implementation: str | None = None,
) -> Callable[[str], str]:
    """As launch_testing's; also leaves out what the middleware `filtered_rmw_implementation` says."""
    prefixes = plain.get_default_filtered_prefixes() if filtered_prefixes is None else list(filtered_prefixes)
    patterns = plain.get_default_filtered_patterns() if filtered_patterns is None else list(filtered_patterns)
    if filtered_rmw_implementation:
        prefixes = prefixes + get_rmw_output_filter(filtered_rmw_implementation, "prefixes")
        patterns = patterns + get_rmw_output_filter(filtered_rmw_implementation, "patterns")
    return plain.basic_output_filter(prefixes, patterns)
