"""A recorder and a robot in this process, on a graph of their own, with a lake in the test's folder."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from std_srvs.srv import Trigger
from twin_interfaces.srv import GetRecorderStatus

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from twin_lakehouse import Lake, LakeSettings
from twin_node import testing
from twin_node.testing import ros_arguments
from twin_recorder.node import RecorderNode

_DOMAINS = itertools.count(191 + os.getpid() % 40)


class Graph:
    """Robot and recorder, spun by the test."""

    def __init__(self, settings: LakeSettings) -> None:
        self.settings = settings
        self.robot: Node = rclpy.create_node("robot")
        self.recorder = RecorderNode()
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.robot)
        self._executor.add_node(self.recorder)

    def close(self) -> None:
        self._executor.shutdown()
        self.recorder.destroy_node()
        self.robot.destroy_node()

    def wait_until(self, is_true: Callable[[], object], what: str) -> None:
        """Spin until it is true. Raises TimeoutError."""

        def look() -> object:
            self._executor.spin_once(timeout_sec=0.05)
            return is_true()

        testing.wait_until(look, what, 60.0)

    def ask(self, service: Any, name: str, request: Any) -> Any:
        client = self.robot.create_client(service, f"/twin_recorder/{name}")
        self.wait_until(client.service_is_ready, name)
        future = client.call_async(request)
        self.wait_until(future.done, f"answer of {name}")
        self.robot.destroy_client(client)
        return future.result()

    def call(self, name: str) -> tuple[bool, str]:
        """A service without arguments."""
        response = self.ask(Trigger, name, Trigger.Request())
        return response.success, response.message

    def status(self) -> Any:
        return self.ask(GetRecorderStatus, "status", GetRecorderStatus.Request())

    def topics(self) -> dict[str, Any]:
        """What the recorder says of each topic."""
        return {topic.name: topic for topic in self.status().topics}

    def messages(self, topic: str) -> int:
        """How many messages of a topic the recorder has."""
        found = self.topics().get(topic)
        return found.messages if found else 0

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with Lake.open(self.settings, read_only=True) as lake:
            return [tuple(row.values()) for row in lake.query(sql).to_pylist()]


@pytest.fixture
def begin(
    tmp_path: Path, settings: LakeSettings, prefixes: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Graph]]:
    """Makes the graph; arguments are the recorder's parameters."""
    monkeypatch.setenv("ROS_DOMAIN_ID", str(next(_DOMAINS)))
    monkeypatch.setenv("AMENT_PREFIX_PATH", os.pathsep.join(map(str, prefixes)))
    monkeypatch.setenv("TWIN_CATALOG", settings.catalog)
    monkeypatch.setenv("TWIN_STORAGE", settings.storage)
    Lake.open(settings).close()
    made: list[Graph] = []

    def make(**parameters: object) -> Graph:
        given = {"spool": tmp_path / "spool", "job_id": "node-test", **parameters}
        rclpy.init(args=ros_arguments(given))
        made.append(Graph(settings))
        return made[0]

    yield make
    for graph in made:
        graph.close()
    rclpy.try_shutdown()
