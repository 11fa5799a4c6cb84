"""`ros2 run twin_navigator twin_navigator`: exit code 0 found, or told to stop; 1 not found; 2 wrong configuration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from twin_node.run import FAILED, OK, Stop, run, spin

if TYPE_CHECKING:
    from .core.mission import Summary
    from .node import NavigatorNode


def main(args: Sequence[str] | None = None) -> int:
    """Runs one mission to its end."""
    stop = Stop()
    from .commander import Commander
    from .core.errors import NavigatorError
    from .node import NavigatorNode

    commander = partial(Commander, "twin_navigator_commander", sys.argv[1:] if args is None else args)
    open_node = partial(NavigatorNode, commander)
    return run("twin_navigator", open_node, stop, work=_search, refusals=(NavigatorError,), args=args)


def _search(node: NavigatorNode, stop: Stop) -> int:
    def is_over() -> bool:
        if stop.reason:
            node.request_stop(f"stopped by {stop.reason}")
        return node.done.done()

    spin(node, is_over)
    summary: Summary | None = node.done.result()
    if summary is None:
        return FAILED
    from .core.summary import summary_lines

    sys.stdout.write("\n".join(summary_lines(summary)) + "\n")
    sys.stdout.flush()
    return OK if summary.found or stop.reason else FAILED


if __name__ == "__main__":
    sys.exit(main())
