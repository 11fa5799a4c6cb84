"""Evaluation of a list of substitutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..launch_context import LaunchContext
    from ..substitution import Substitution


def perform_substitutions(context: LaunchContext, subs: Iterable[Substitution]) -> str:
    """The joined values."""
    return "".join(context.perform_substitution(sub) for sub in subs)
