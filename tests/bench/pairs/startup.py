"""How soon a process is there: imports, a node in the graph, a large graph listed."""

from __future__ import annotations

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import zenoh

import rclpy
from embedded_ros.wire.config import session_config
from tests.bench.harness import Figure, Goal, time_once
from tests.bench.pairs.links import DEADLINE_S, own_router, running

RUNS = 5
NODES = 100
ALIVE_KEY = "bench/alive"

TIME_IMPORT = "import time; started = time.perf_counter(); import {}; print(time.perf_counter() - started)"
"""Prints seconds, without the interpreter's own start."""


def import_s(modules: str) -> float:
    """Seconds that a fresh interpreter takes for an import."""
    command = [sys.executable, "-c", TIME_IMPORT.format(modules)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def be_nodes(count: int) -> None:
    """Child: so many nodes, until ended."""
    rclpy.init(args=[])
    nodes = [rclpy.create_node(f"bench_node_{number}") for number in range(count)]
    threading.Event().wait()
    del nodes


def be_token() -> None:
    """Child: a liveliness token, until ended."""
    with zenoh.open(session_config()) as session:
        token = session.liveliness().declare_token(ALIVE_KEY)
        threading.Event().wait()
        del token


def list_tokens() -> None:
    """Child: what is alive, by name, as `ros2 node list` does it without ROS."""
    with zenoh.open(session_config()) as session:
        print("\n".join(str(reply.ok.key_expr) for reply in session.liveliness().get("**") if reply.ok is not None))


def join_s(role: tuple[str, ...], watch: Callable[[Callable[[], None]], Callable[[], object]]) -> float:
    """Seconds from a process' start to what `watch` sees of it; `watch` gives what ends the watching."""
    is_seen = threading.Event()
    end_watch = watch(is_seen.set)
    started = time.perf_counter()
    with running(__name__, *role, environ={}):
        if not is_seen.wait(DEADLINE_S):
            raise TimeoutError(f"'{' '.join(role)}' was not seen within {DEADLINE_S} s")
        taken_s = time.perf_counter() - started
    end_watch()
    return taken_s


def measure_import() -> Figure:
    """Seconds."""
    pairs = [(import_s("rclpy, rclpy.node"), import_s("zenoh")) for _ in range(RUNS)]
    return _figure("import rclpy, rclpy.node", pairs, 0.3, "import zenoh")


def measure_join() -> Figure:
    """Seconds from process start until another node sees the new one."""
    rclpy.init(args=[])
    observer = rclpy.create_node("bench_observer")

    def watch_graph(seen: Callable[[], None]) -> Callable[[], object]:
        graph = observer.handle.context.session.graph
        graph.add_listener(
            seen, lambda entity, joined: seen() if entity.node_name == "bench_node_0" and joined else None
        )
        return lambda: graph.remove_listener(seen)

    with zenoh.open(session_config()) as session:

        def watch_token(seen: Callable[[], None]) -> Callable[[], object]:
            return session.liveliness().declare_subscriber(ALIVE_KEY, lambda _: seen()).undeclare

        pairs = [(join_s(("nodes", "1"), watch_graph), join_s(("token",), watch_token)) for _ in range(RUNS)]
    observer.destroy_node()
    rclpy.shutdown()
    return _figure("process start to seen node", pairs, 1.0, "zenoh token")


def measure_list() -> Figure:
    """Seconds that `ros2 node list` takes, once all nodes are there."""
    ours = ["ros2", "node", "list"]
    peer = [sys.executable, "-m", __name__, "list"]
    with running(__name__, "nodes", str(NODES), environ={}):
        deadline = time.monotonic() + DEADLINE_S
        while len(_lines(ours)) < NODES:
            if time.monotonic() > deadline:
                raise TimeoutError(f"fewer than {NODES} nodes are listed after {DEADLINE_S} s")
        pairs = [(time_once(lambda: _lines(ours)), time_once(lambda: _lines(peer))) for _ in range(RUNS)]
    return _figure(f"ros2 node list, {NODES} nodes", pairs, 2.0, "zenoh liveliness get")


def _lines(command: list[str]) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def _figure(name: str, pairs: list[tuple[float, float]], limit_s: float, peer_name: str) -> Figure:
    ours, peer = (statistics.median(taken) for taken in zip(*pairs, strict=True))
    goal = Goal(subject="value", bound=limit_s, at_most=True)
    return Figure(name=name, value=ours, unit="s", runs=RUNS, peer=peer, peer_name=peer_name, goals=(goal,))


def measure() -> list[Figure]:
    """Start-up and graph; the nodes meet on a router of their own."""
    with own_router():
        return [measure_import(), measure_join(), measure_list()]


if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    if role == "nodes":
        be_nodes(int(arguments[0]))
    elif role == "token":
        be_token()
    else:
        list_tokens()
