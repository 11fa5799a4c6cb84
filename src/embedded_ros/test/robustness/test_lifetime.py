"""What a context leaves behind, contexts side by side, and children of fork."""

import subprocess
import sys

import pytest
from std_msgs.msg import String

from .conftest import MakeNode, until_matched, wait_until

CYCLES = """
import os, threading, time
import rclpy
from example_interfaces.action import Fibonacci
from rclpy.action import ActionClient, ActionServer
from rclpy.executors import MultiThreadedExecutor, SingleThreadedExecutor
from std_msgs.msg import String
from std_srvs.srv import SetBool

def execute(goal):
    goal.succeed()
    return Fibonacci.Result()

def live(executor_type):
    rclpy.init(args=[])
    node = rclpy.create_node("again")
    heard = []
    node.create_subscription(String, "words", heard.append, 10)
    publisher = node.create_publisher(String, "words", 10)
    node.create_service(SetBool, "switch", lambda request, response: response)
    client = node.create_client(SetBool, "switch")
    server, user = ActionServer(node, Fibonacci, "count", execute), ActionClient(node, Fibonacci, "count")
    node.create_timer(60.0, print)
    executor = executor_type()
    executor.add_node(node)
    publisher.publish(String())
    for future in (client.call_async(SetBool.Request()), user.send_goal_async(Fibonacci.Goal())):
        executor.spin_until_future_complete(future)
    while not heard:
        executor.spin_once(1.0)
    executor.shutdown()
    rclpy.shutdown()

def counts():
    return threading.active_count(), len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))

def settled(limits):
    # Threads of a pool end soon after their last work, not with it.
    deadline = time.monotonic() + 60
    while any(count > limit for count, limit in zip(counts(), limits)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return counts()

for number in range(20):
    live((SingleThreadedExecutor, MultiThreadedExecutor)[number % 2])
    if number == 1:
        before = settled((1, 1_000, 1_000))
        # Zenoh's own threads stay, for the next session; a few more come and go.
        limits = before[0], before[1] + 3, before[2]
print(*limits)
print(*settled(limits))
"""

FORK = """
import os, sys
import rclpy
from std_msgs.msg import String
rclpy.init(args=[])
node = rclpy.create_node("parent")
publisher = node.create_publisher(String, "words", 10)
child = os.fork()
if child == 0:
    for work in (lambda: publisher.publish(String()), lambda: rclpy.init(context=rclpy.Context())):
        try:
            work()
        except Exception as error:
            print(error)
    sys.exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
publisher.publish(String())
rclpy.shutdown()
"""


def run(program: str) -> list[str]:
    """Lines that a program says on stdout."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.usefixtures("own_router")
def test_twenty_lives_of_a_process_leave_no_thread_and_no_file_handle() -> None:
    limits, after = ([int(count) for count in line.split()] for line in run(CYCLES))
    assert after[0] == 1
    assert all(count <= limit for count, limit in zip(after, limits, strict=True)), (limits, after)


@pytest.mark.usefixtures("own_router")
def test_a_child_of_fork_is_told_what_it_has_not_and_ends() -> None:
    unsent, refused, code = run(FORK)
    assert unsent == "publisher on '/words': its context stayed in the process that this one was forked from"
    assert "forked" in refused
    assert "spawn" in refused
    assert code == "3"


@pytest.mark.usefixtures("own_router")
def test_a_second_node_of_the_same_name_is_named_on_both_sides(make_node: MakeNode, spoken: list[str]) -> None:
    for _ in range(2):
        make_node("twin")
    wait_until(lambda: sum("two nodes are named '/twin'" in line for line in spoken) == 2)


@pytest.mark.usefixtures("own_router")
def test_two_contexts_of_a_process_talk_and_end_apart(make_node: MakeNode) -> None:
    talker, listener = make_node("talker"), make_node("listener")
    heard: list[str] = []
    listener.create_subscription(String, "words", lambda msg: heard.append(msg.data), 10)
    publisher = talker.create_publisher(String, "words", 10)
    until_matched(publisher.handle._wire._publisher)
    publisher.publish(String(data="hello"))
    wait_until(lambda: heard == ["hello"])
    talker.context.shutdown()
    assert listener.context.ok()
    wait_until(lambda: listener.get_node_names() == ["listener"])
