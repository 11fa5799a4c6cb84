"""Processes of their own: signals, start-up time, exit."""

import signal
import subprocess
import sys

import pytest

# Says "ready" when the main thread is inside spin_once: a signal then ends a spin that waits.
READY = """
import sys, threading, time
def functions(frame):
    while frame is not None:
        yield frame.f_code.co_name
        frame = frame.f_back
def say_ready(main=threading.get_ident()):
    while "spin_once" not in functions(sys._current_frames()[main]):
        time.sleep(0.01)
    print("ready", flush=True)
threading.Thread(target=say_ready, daemon=True).start()
import rclpy
from rclpy.executors import ExternalShutdownException
rclpy.init()
node = rclpy.create_node("spinner")
"""

CAREFUL = """
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

CARELESS = "rclpy.spin(node)"


def signalled(code: str, number: signal.Signals) -> tuple[int, list[str], list[str]]:
    """Exit code, output and errors of a program that was sent the signal while it was spinning."""
    command, pipe = [sys.executable, "-c", READY + code], subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    return process.returncode, out.splitlines(), err.splitlines()


@pytest.mark.usefixtures("own_router")
@pytest.mark.parametrize(
    ("number", "said"), [(signal.SIGINT, "interrupted False"), (signal.SIGTERM, "shut down False")]
)
def test_a_signal_ends_spin(number: signal.Signals, said: str) -> None:
    assert signalled(CAREFUL, number) == (0, [said, "clean"], [])


@pytest.mark.usefixtures("own_router")
@pytest.mark.parametrize(
    ("number", "code", "error"),
    [(signal.SIGINT, -signal.SIGINT, "KeyboardInterrupt"), (signal.SIGTERM, 1, "ExternalShutdownException")],
)
def test_a_program_that_catches_nothing_ends_with_rclpys_exit_code(
    number: signal.Signals, code: int, error: str
) -> None:
    returned, _, err = signalled(CARELESS, number)
    assert returned == code
    assert err[-1].rpartition(".")[2].startswith(error)


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

    with pytest.raises(ImportError, match=r"rclpy\.impl\.rcutils_logger\.Throttle is not in the embedded underlay"):
        from rclpy.impl.rcutils_logger import Throttle  # noqa: F401
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
    rclpy.try_shutdown()
    with pytest.raises(RuntimeError, match="initialized before"):
        rclpy.shutdown()
