"""Look-ups in another process's buffer, through an action server as tf2's."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from geometry_msgs.msg import TransformStamped
from tf2_msgs.action import LookupTransform
from tf2_msgs.msg import TF2Error

import rclpy
from rclpy.action import ActionServer
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node
from rclpy.time import Time
from tf2_py import BufferCore, ExtrapolationException, LookupException, TimeoutException, TransformException
from tf2_ros import BufferClient

PATIENT = Duration(seconds=20.0)


@pytest.fixture
def node(own_router: str) -> Iterator[Node]:
    """A node that is spun, with a server `tf2_buffer_server` that knows map → base at 5 s."""
    context = Context()
    rclpy.init(context=context)
    node = rclpy.create_node("tf_user", context=context)
    core = BufferCore()
    known = TransformStamped(child_frame_id="base")
    known.header.frame_id, known.header.stamp.sec = "map", 5
    known.transform.translation.x = 1.0
    core.set_transform(known, "test")
    server = ActionServer(node, LookupTransform, "tf2_buffer_server", lambda handle: answer(core, handle))
    executor = MultiThreadedExecutor(num_threads=2, context=context)
    executor.add_node(node)
    spinner = threading.Thread(target=executor.spin)
    spinner.start()
    yield node
    server.destroy()
    executor.shutdown()
    rclpy.shutdown(context=context)
    spinner.join()


def answer(core: BufferCore, handle: Any) -> Any:
    goal, result = handle.request, LookupTransform.Result()
    frames = goal.target_frame, goal.source_frame
    try:
        if goal.advanced:
            times = goal.target_time, goal.source_time
            found = core.lookup_transform_full_core(frames[0], times[0], frames[1], times[1], goal.fixed_frame)
        else:
            found = core.lookup_transform_core(*frames, goal.source_time)
        result.transform = found
    except TransformException as error:
        kinds = {LookupException: TF2Error.LOOKUP_ERROR, ExtrapolationException: TF2Error.EXTRAPOLATION_ERROR}
        result.error = TF2Error(error=kinds[type(error)], error_string=str(error))
    handle.succeed()
    return result


def test_a_transform_comes_from_the_server(node: Node) -> None:
    client = BufferClient(node, "tf2_buffer_server", timeout_padding=PATIENT)
    assert client.lookup_transform("map", "base", Time()).transform.translation.x == 1.0
    assert client.lookup_transform_full("base", Time(), "base", Time(seconds=5), "map").child_frame_id == "base"
    assert client.can_transform("map", "base", Time(seconds=5))
    client.destroy()


def test_the_servers_reason_becomes_the_same_exception(node: Node) -> None:
    client = BufferClient(node, "tf2_buffer_server", timeout_padding=PATIENT)
    with pytest.raises(LookupException, match="nowhere"):
        client.lookup_transform("map", "nowhere", Time())
    with pytest.raises(ExtrapolationException, match="only time 5"):
        client.lookup_transform("map", "base", Time(seconds=6))
    assert not client.can_transform_full("base", Time(), "nowhere", Time(), "map")
    client.destroy()


def test_without_a_server_there_is_a_timeout(node: Node) -> None:
    client = BufferClient(node, "nobody", timeout_padding=Duration(seconds=0.1))
    with pytest.raises(TimeoutException, match="not ready"):
        client.lookup_transform("map", "base", Time())
    client.destroy()
