"""Entry point of `nav_server`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from twin_node.run import Stop, run, spin_until_stopped


def main(args: Sequence[str] | None = None) -> int:
    """Run until interrupted. Exit code 2 with one sentence if a parameter or the map is wrong."""
    stop = Stop()
    from twin_sim.errors import TwinSimError
    from twin_sim.nav.node import NavServer

    return run("nav_server", NavServer, stop, work=spin_until_stopped, refusals=(TwinSimError,), args=args)


if __name__ == "__main__":
    sys.exit(main())
