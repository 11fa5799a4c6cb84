"""Transforms travel from a broadcaster's context to a listener's, over a router of the test's own."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from geometry_msgs.msg import TransformStamped
from tf2_msgs.srv import FrameGraph

import rclpy
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.time import Time
from tf2_ros import Buffer, StaticTransformBroadcaster, TransformBroadcaster, TransformListener


@pytest.fixture
def router(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f'["tcp/127.0.0.1:{probe.getsockname()[1]}"]'
    process = subprocess.Popen(
        [sys.executable, "-m", "embedded_ros.wire.router"],
        env={**os.environ, "ZENOH_CONFIG_OVERRIDE": f"listen/endpoints={endpoint}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "Started" in process.stdout.readline()
    monkeypatch.setenv("ZENOH_CONFIG_OVERRIDE", f"connect/endpoints={endpoint}")
    yield
    process.terminate()
    process.communicate(timeout=20)


@pytest.fixture
def nodes(router: None) -> Iterator[tuple[Node, Node]]:  # it has to run
    contexts = (Context(), Context())
    for context in contexts:
        rclpy.init(args=[], context=context)
    sender = Node("sender", context=contexts[0])
    receiver = Node("receiver", context=contexts[1])
    yield sender, receiver
    for node, context in zip((sender, receiver), contexts, strict=True):
        node.destroy_node()
        rclpy.shutdown(context=context)


def link(parent: str, child: str, x: float) -> TransformStamped:
    message = TransformStamped(child_frame_id=child)
    message.header.frame_id = parent
    message.header.stamp.sec = 5
    message.transform.translation.x = x
    return message


def test_transforms_arrive(nodes: tuple[Node, Node]) -> None:
    sender, receiver = nodes
    static = StaticTransformBroadcaster(sender)
    static.sendTransform(link("base", "laser", 9.0))
    static.sendTransform(
        [link("base", "camera", 0.25), link("base", "laser", 0.5)]
    )  # both, though sent before anyone listens
    buffer = Buffer(node=receiver)
    listener = TransformListener(buffer, receiver)
    executor = SingleThreadedExecutor(context=receiver.context)
    executor.add_node(receiver)
    static_link = buffer.wait_for_transform_async("laser", "camera", Time())
    executor.spin_until_future_complete(static_link, timeout_sec=20.0)
    assert static_link.result().transform.translation.x == -0.25

    broadcaster = TransformBroadcaster(sender)
    moving = buffer.wait_for_transform_async("map", "laser", Time())
    timer = sender.create_timer(0.02, lambda: broadcaster.sendTransform(link("map", "base", 1.0)))
    sending = SingleThreadedExecutor(context=sender.context)
    sending.add_node(sender)
    for _ in range(1000):  # a first message may be sent before the router has told of the listener
        sending.spin_once(timeout_sec=0.02)
        executor.spin_once(timeout_sec=0.02)
        if moving.done():
            break
    assert moving.result().transform.translation.x == 1.5
    assert moving.result().header.stamp.sec == 5
    timer.cancel()
    listener.unregister()


def test_frames_are_served(nodes: tuple[Node, Node]) -> None:
    client_node, server_node = nodes
    buffer = Buffer(node=server_node)
    buffer.set_transform_static(link("base", "laser", 0.5), "test")
    executor = SingleThreadedExecutor(context=server_node.context)
    executor.add_node(server_node)
    client = client_node.create_client(FrameGraph, "tf2_frames")
    assert client.wait_for_service(timeout_sec=20.0)
    future = client.call_async(FrameGraph.Request())
    receiving = SingleThreadedExecutor(context=client_node.context)
    receiving.add_node(client_node)
    for _ in range(1000):
        executor.spin_once(timeout_sec=0.02)
        receiving.spin_once(timeout_sec=0.02)
        if future.done():
            break
    assert "laser: \n  parent: 'base'" in future.result().frame_yaml
