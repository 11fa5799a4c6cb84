"""Ctrl-C and SIGTERM end every kind of program, with the exit codes of rclpy."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

# How long a program may take to end. Ctrl-C is to work within 3 s; the rest is for a busy machine.
END_S = 20.0

PREAMBLE = """
import threading
import rclpy
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient
from rclpy.duration import Duration
from rclpy.executors import ExternalShutdownException, MultiThreadedExecutor
from rclpy.task import Future
from std_srvs.srv import SetBool

def spin_elsewhere():
    def run():
        try:
            rclpy.spin(node)
        except ExternalShutdownException:
            pass
    threading.Thread(target=run, daemon=True).start()

def ready(what):
    # Said a moment later, by another thread, as what comes next blocks.
    threading.Timer(0.2, print, (what,), {"flush": True}).start()

rclpy.init()
node = rclpy.create_node("program")
ready("ready")
"""
PROGRAMS = {
    "spin_threads": "executor = MultiThreadedExecutor(2)\nexecutor.add_node(node)\nexecutor.spin()",
    "call": "client = node.create_client(SetBool, 'nobody')\nspin_elsewhere()\nclient.call(SetBool.Request())",
    "wait_for_service": "node.create_client(SetBool, 'nobody').wait_for_service()",
    "wait_for_action": "ActionClient(node, Fibonacci, 'nobody').wait_for_server()",
    "future": "rclpy.spin_until_future_complete(node, Future())",
    "rate": "rate = node.create_rate(0.01)\nspin_elsewhere()\nrate.sleep()",
    "clock": "node.get_clock().sleep_for(Duration(seconds=60))",
}
COMMANDS = {name: [sys.executable, "-c", PREAMBLE + body] for name, body in PROGRAMS.items()}

# SIGTERM ends the context alone: what waits for it returns or raises, and `spin` does the one or the other.
CODES = {signal.SIGINT: {-signal.SIGINT}, signal.SIGTERM: {0, 1}}
# SIGINT raises KeyboardInterrupt wherever the program is; it matters where that is caught on the way.
CASES = [(name, signal.SIGTERM) for name in COMMANDS]
CASES += [(name, signal.SIGINT) for name in ("spin_threads", "call", "rate", "clock")]


@pytest.fixture(scope="module")
def running(endpoint: str) -> Iterator[dict[tuple[str, signal.Signals], subprocess.Popen[str]]]:
    """Every program, once for each signal; all started at once, for most of their time is spent on starting."""
    env = {**os.environ, "ZENOH_CONFIG_OVERRIDE": f'connect/endpoints=["{endpoint}"]', "PYTHONUNBUFFERED": "1"}
    processes = {
        case: subprocess.Popen(COMMANDS[case[0]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        for case in CASES
    }
    yield processes
    for process in processes.values():
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("program", "number"), CASES)
def test_a_signal_ends_a_program_that_waits(
    program: str, number: signal.Signals, running: dict[tuple[str, signal.Signals], subprocess.Popen[str]]
) -> None:
    process = running[program, number]
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    _, errors = process.communicate(timeout=END_S)
    assert process.returncode in CODES[number], errors
