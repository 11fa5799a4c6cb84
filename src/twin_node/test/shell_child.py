"""A node in a process of its own; the first argument says where it waits for its signal."""

from __future__ import annotations

import sys
import time

from twin_node.errors import ParameterError
from twin_node.run import FAILED, Stop, run, spin, spin_until_stopped

WAITS_S = 60.0


def main() -> int:
    stop = Stop()
    case, *args = sys.argv[1:]
    if case == "importing":
        print("waiting", flush=True)
        time.sleep(WAITS_S)
    from rclpy.node import Node
    from twin_node.declare import declare
    from twin_node.parameters import Values, number

    class Child(Node):
        def __init__(self) -> None:
            super().__init__("child")
            table = (number("rate", 2.0, "Hz", 0.5, 60.0, "pictures"),)
            self.rate = Values(table, declare(self, table)).number("rate")
            if case == "refusing":
                raise ParameterError("rate", "2.0 is refused; give none")
            print(f"rate={self.rate}", flush=True)
            if case == "opening":
                print("waiting", flush=True)
                while not stop.reason:
                    time.sleep(0.01)

        def destroy_node(self) -> None:
            print(f"destroyed, context is {'up' if self.context.ok() else 'down'}", flush=True)
            super().destroy_node()

    def work(node: Child, stop: Stop) -> int:
        print("waiting", flush=True)
        if case == "failing":
            spin(node, lambda: stop.is_due(0.2))
            return FAILED
        return spin_until_stopped(node, stop)

    return run("child", Child, stop, work=work, refusals=(ValueError,), args=args)


if __name__ == "__main__":
    sys.exit(main())
