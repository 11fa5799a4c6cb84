"""Entry point of `mujoco_sim`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from twin_node.run import Stop, run, spin_until_stopped


def main(args: Sequence[str] | None = None) -> int:
    """Run until interrupted. Exit code 2 with one sentence when a parameter or a file it names is wrong."""
    stop = Stop()
    from twin_sim.errors import TwinSimError
    from twin_sim.simulator.node import MujocoSim

    return run("mujoco_sim", MujocoSim, stop, work=spin_until_stopped, refusals=(TwinSimError,), args=args)


if __name__ == "__main__":
    sys.exit(main())
