"""`rmw_zenohd`: the Zenoh router of a ROS host. `python -m embedded_ros.wire.router [--idle-exit SECONDS]`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence

import zenoh

from embedded_ros.wire.config import router_config
from embedded_ros.wire.errors import WireError, reason

_POLL_S = 2.0


def run(config: zenoh.Config, idle_exit_s: float | None, stop: threading.Event) -> None:
    """Route until `stop` is set, or, where `idle_exit_s` is given, until nobody was connected for so long."""
    zenoh.init_log_from_env_or("error")
    with zenoh.open(config) as session:
        print(f"Started Zenoh router with id {session.zid()}", flush=True)
        if idle_exit_s is None:
            stop.wait()
            return
        last_seen = time.monotonic()
        while not stop.wait(min(_POLL_S, max(idle_exit_s / 4, 0.05))):
            info = session.info
            if info.transports():
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen >= idle_exit_s:
                return


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status 1 where the port is taken or the configuration is wrong."""
    parser = argparse.ArgumentParser(
        prog="rmw_zenohd",
        description="Zenoh router for ROS 2 nodes on tcp port 7447, until SIGINT or SIGTERM.",
        epilog="Settings: ZENOH_ROUTER_CONFIG_URI (file), ZENOH_CONFIG_OVERRIDE (key=json5;…).",
    )
    parser.add_argument("--idle-exit", type=float, metavar="S", help="end after S seconds without a session")
    parser.add_argument("--listen", action="append", default=[], metavar="ENDPOINT", help="in place of tcp/[::]:7447")
    args, _ = parser.parse_known_args(argv)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # On another thread: the handler runs on the one that waits, and that may hold the event's lock just then.
        signal.signal(number, lambda *_: threading.Thread(target=stop.set).start())
    try:
        run(router_config(listen=args.listen), args.idle_exit, stop)
    except (zenoh.ZError, WireError) as error:
        print(f"rmw_zenohd: cannot route: {reason(error)}; is another router on this port?", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
