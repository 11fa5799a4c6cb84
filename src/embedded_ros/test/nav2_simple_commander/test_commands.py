"""Every command of the navigator arrives at its server with what was asked for."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from geographic_msgs.msg import GeoPose
from geometry_msgs.msg import PoseStamped
from lifecycle_msgs.msg import State
from lifecycle_msgs.srv import GetState
from nav2_msgs import action as actions
from nav2_msgs import srv as services
from nav_msgs.msg import Path

import rclpy
from nav2_simple_commander.robot_navigator import BasicNavigator, TaskResult
from rclpy.action import ActionServer
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor

Command = Callable[[BasicNavigator], Any]

ACTIONS = {
    "navigate_through_poses": actions.NavigateThroughPoses,
    "follow_waypoints": actions.FollowWaypoints,
    "follow_gps_waypoints": actions.FollowGPSWaypoints,
    "follow_path": actions.FollowPath,
    "compute_path_through_poses": actions.ComputePathThroughPoses,
    "smooth_path": actions.SmoothPath,
    "spin": actions.Spin,
    "backup": actions.BackUp,
    "drive_on_heading": actions.DriveOnHeading,
    "assisted_teleop": actions.AssistedTeleop,
    "dock_robot": actions.DockRobot,
    "undock_robot": actions.UndockRobot,
}
SERVICES = {
    "map_server/load_map": services.LoadMap,
    "global_costmap/clear_entirely_global_costmap": services.ClearEntireCostmap,
    "local_costmap/clear_entirely_local_costmap": services.ClearEntireCostmap,
    "local_costmap/clear_costmap_except_region": services.ClearCostmapExceptRegion,
    "local_costmap/clear_costmap_around_robot": services.ClearCostmapAroundRobot,
    "local_costmap/clear_costmap_around_pose": services.ClearCostmapAroundPose,
    "global_costmap/get_costmap": services.GetCostmap,
    "local_costmap/get_costmap": services.GetCostmap,
    "lifecycle_manager_navigation/manage_nodes": services.ManageLifecycleNodes,
    "bt_navigator/get_state": GetState,
}


class Nav2:
    """Every server that the navigator calls; remembers the requests, by name, and lets all goals succeed."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, Any]] = []
        self.states = [State.PRIMARY_STATE_ACTIVE]
        self.context = Context()
        rclpy.init(context=self.context)
        self.node = rclpy.create_node("nav2", context=self.context)
        self._servers = [
            ActionServer(self.node, action, name, self._executing(name, action)) for name, action in ACTIONS.items()
        ]
        for name, service in SERVICES.items():
            self.node.create_service(service, name, self._answering(name))
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self._thread = threading.Thread(target=self.executor.spin)
        self._thread.start()

    def _executing(self, name: str, action: Any) -> Callable[[Any], Any]:
        def execute(handle: Any) -> Any:
            self.requests.append((name, handle.request))
            handle.succeed()
            result = action.Result()
            if hasattr(result, "path"):
                result.path.header.frame_id = name
            return result

        return execute

    def _answering(self, name: str) -> Callable[[Any, Any], Any]:
        def answer(request: Any, response: Any) -> Any:
            self.requests.append((name, request))
            if hasattr(response, "map"):
                response.map.header.frame_id = name
            if hasattr(response, "current_state"):
                response.current_state.id = self.states[0] if len(self.states) == 1 else self.states.pop(0)
            return response

        return answer

    def close(self) -> None:
        for server in self._servers:
            server.destroy()
        self.executor.shutdown()
        rclpy.shutdown(context=self.context)
        self._thread.join()


@pytest.fixture(scope="module")
def graph(endpoint: str) -> Iterator[tuple[Nav2, BasicNavigator]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENOH_CONFIG_OVERRIDE", f'connect/endpoints=["{endpoint}"]')
        nav2 = Nav2()
        rclpy.init()
        navigator = BasicNavigator()
        yield nav2, navigator
        navigator.destroy_node()
        rclpy.shutdown()
        nav2.close()


@pytest.fixture
def nav2(graph: tuple[Nav2, BasicNavigator]) -> Nav2:
    graph[0].requests.clear()
    return graph[0]


@pytest.fixture
def navigator(graph: tuple[Nav2, BasicNavigator]) -> BasicNavigator:
    return graph[1]


def ended(navigator: BasicNavigator) -> TaskResult:
    for _ in range(300):  # each waits 0.1 s at most
        if navigator.isTaskComplete():
            return navigator.getResult()
    raise AssertionError("the task did not end in 30 s")


TASKS: list[tuple[Command, str, dict[str, Any]]] = [
    (
        lambda nav: nav.goThroughPoses([PoseStamped()] * 2, "tree.xml"),
        "navigate_through_poses",
        {"poses": [PoseStamped()] * 2, "behavior_tree": "tree.xml"},
    ),
    (lambda nav: nav.followWaypoints([PoseStamped()]), "follow_waypoints", {"poses": [PoseStamped()]}),
    (lambda nav: nav.followGpsWaypoints([GeoPose()]), "follow_gps_waypoints", {"gps_poses": [GeoPose()]}),
    (lambda nav: nav.followPath(Path(), "pursuit", "near"), "follow_path", {"controller_id": "pursuit"}),
    (lambda nav: nav.spin(1, 5), "spin", {"target_yaw": 1.0}),
    (lambda nav: nav.backup(0.5, 0.25), "backup", {"speed": 0.25}),
    (lambda nav: nav.driveOnHeading(1, 0.5), "drive_on_heading", {"speed": 0.5}),
    (lambda nav: nav.assistedTeleop(), "assisted_teleop", {}),
    (
        lambda nav: nav.dockRobotByPose(PoseStamped(), "charger", False),
        "dock_robot",
        {"use_dock_id": False, "dock_type": "charger", "navigate_to_staging_pose": False},
    ),
    (lambda nav: nav.dockRobotByID("home"), "dock_robot", {"use_dock_id": True, "dock_id": "home"}),
    (lambda nav: nav.undockRobot("charger"), "undock_robot", {"dock_type": "charger"}),
]


@pytest.mark.parametrize(("command", "name", "fields"), TASKS, ids=[name for _, name, _ in TASKS])
def test_a_task_reaches_its_server(
    nav2: Nav2, navigator: BasicNavigator, command: Command, name: str, fields: dict[str, Any]
) -> None:
    assert command(navigator)
    assert ended(navigator) == TaskResult.SUCCEEDED
    [(called, goal)] = nav2.requests
    assert called == name
    assert {field: getattr(goal, field) for field in fields} == fields


PATHS: list[tuple[Command, str]] = [
    (lambda nav: nav.getPathThroughPoses(PoseStamped(), [PoseStamped()]), "compute_path_through_poses"),
    (lambda nav: nav.smoothPath(Path(), "savitzky", 1.5, True), "smooth_path"),
]


@pytest.mark.parametrize(("command", "name"), PATHS, ids=[name for _, name in PATHS])
def test_a_path_comes_back(nav2: Nav2, navigator: BasicNavigator, command: Command, name: str) -> None:
    assert command(navigator).header.frame_id == name
    assert [called for called, _ in nav2.requests] == [name]


CALLS: list[tuple[Command, list[str]]] = [
    (lambda nav: nav.changeMap("house.yaml"), ["map_server/load_map"]),
    (
        lambda nav: nav.clearAllCostmaps(),
        ["local_costmap/clear_entirely_local_costmap", "global_costmap/clear_entirely_global_costmap"],
    ),
    (lambda nav: nav.clearCostmapExceptRegion(1.0), ["local_costmap/clear_costmap_except_region"]),
    (lambda nav: nav.clearCostmapAroundRobot(1.0), ["local_costmap/clear_costmap_around_robot"]),
    (lambda nav: nav.clearCostmapAroundPose(PoseStamped(), 1.0), ["local_costmap/clear_costmap_around_pose"]),
]


@pytest.mark.parametrize(("command", "names"), CALLS, ids=[names[0] for _, names in CALLS])
def test_a_call_reaches_its_service(nav2: Nav2, navigator: BasicNavigator, command: Command, names: list[str]) -> None:
    command(navigator)
    assert [called for called, _ in nav2.requests] == names


def test_costmaps_are_those_of_their_servers(nav2: Nav2, navigator: BasicNavigator) -> None:
    assert navigator.getGlobalCostmap().header.frame_id == "global_costmap/get_costmap"
    assert navigator.getLocalCostmap().header.frame_id == "local_costmap/get_costmap"


def test_lifecycle_managers_are_found_in_the_graph(nav2: Nav2, navigator: BasicNavigator) -> None:
    navigator.get_costmap_local_srv.wait_for_service(timeout_sec=20.0)
    navigator.lifecycleStartup()
    navigator.lifecycleShutdown()
    commands = [request.command for name, request in nav2.requests if name.startswith("lifecycle_manager")]
    assert commands == [services.ManageLifecycleNodes.Request.STARTUP, services.ManageLifecycleNodes.Request.SHUTDOWN]


def test_a_lifecycle_navigator_is_waited_for_until_it_is_active(nav2: Nav2, navigator: BasicNavigator) -> None:
    nav2.states = [State.PRIMARY_STATE_INACTIVE, State.PRIMARY_STATE_ACTIVE]
    navigator.waitUntilNav2Active(localizer="robot_localization")
    assert [name for name, _ in nav2.requests] == ["bt_navigator/get_state"] * 2
