"""`ros2 run twin_recorder twin_recorder`: exit code 0, or 2 for a wrong configuration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from twin_node.run import OK, Stop, run, spin

if TYPE_CHECKING:
    from .node import RecorderNode


def main(args: Sequence[str] | None = None) -> int:
    """Record until SIGINT or SIGTERM."""
    stop = Stop()
    from twin_lakehouse import TwinError

    from .core.errors import RecorderError
    from .node import RecorderNode

    return run("twin_recorder", RecorderNode, stop, work=_record, refusals=(RecorderError, TwinError), args=args)


def _record(node: RecorderNode, stop: Stop) -> int:
    """Until a signal, and a little longer for what other nodes say last."""
    spin(node, lambda: stop.is_due(node.config.grace_s))
    return OK


if __name__ == "__main__":
    sys.exit(main())
