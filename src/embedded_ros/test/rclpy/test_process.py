"""Processes of their own: signals, start-up time, exit."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

SPINNER = """
import rclpy
from rclpy.executors import ExternalShutdownException
rclpy.init()
node = rclpy.create_node("spinner")
def say_ready():
    timer.cancel()
    print("ready", flush=True)
timer = node.create_timer(0.0, say_ready)
try:
    rclpy.spin(node)
except KeyboardInterrupt:
    print("interrupted", rclpy.ok())
except ExternalShutdownException:
    print("shut down", rclpy.ok())
finally:
    node.destroy_node()
    rclpy.try_shutdown()
print("clean", flush=True)
"""


@pytest.fixture
def spinner(own_router: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SPINNER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("number", "said"), [(signal.SIGINT, "interrupted False"), (signal.SIGTERM, "shut down False")]
)
def test_a_signal_ends_spin(spinner: subprocess.Popen[str], number: signal.Signals, said: str) -> None:
    # Meant is a signal to a node that waits, not one in the callback that said "ready".
    time.sleep(0.2)
    spinner.send_signal(number)
    out, err = spinner.communicate(timeout=10)
    assert out.splitlines() == [said, "clean"], err
    assert spinner.returncode == 0


@pytest.mark.usefixtures("own_router")
def test_a_signal_before_spin_ends_it_at_once() -> None:
    code = (
        "import os, rclpy, signal; rclpy.init(); node = rclpy.create_node('early'); "
        "os.kill(os.getpid(), signal.SIGTERM); rclpy.spin(node); print(rclpy.ok())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


def test_a_process_that_forgets_to_shut_down_still_ends(own_router: str) -> None:
    code = "import rclpy; rclpy.init(); node = rclpy.create_node('careless')"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_import_is_cheap() -> None:
    code = "import time; t = time.process_time(); import rclpy; print(time.process_time() - t)"
    seconds = min(float(subprocess.check_output([sys.executable, "-c", code], timeout=20)) for _ in range(3))
    assert seconds < 0.3


def test_absent_parts_say_so_by_name() -> None:
    import rclpy

    with pytest.raises(ImportError, match=r"rclpy\.lifecycle is not in the embedded underlay"):
        import rclpy.lifecycle
    with pytest.raises(AttributeError, match="no_such_part"):
        _ = rclpy.no_such_part


def test_init_and_shutdown_alternate(own_router: str) -> None:
    import rclpy

    for _ in range(2):
        assert not rclpy.ok()
        rclpy.init(args=[])
        assert rclpy.ok()
        with pytest.raises(RuntimeError, match="once"):
            rclpy.init(args=[])
        rclpy.shutdown()
    start = time.monotonic()
    rclpy.try_shutdown()
    assert time.monotonic() - start < 1
    with pytest.raises(RuntimeError, match="initialized before"):
        rclpy.shutdown()
