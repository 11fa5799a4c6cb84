"""The navigator's map and costmap services."""

from __future__ import annotations

from typing import Any

from nav2_msgs.srv import (
    ClearCostmapAroundPose,
    ClearCostmapAroundRobot,
    ClearCostmapExceptRegion,
    ClearEntireCostmap,
    GetCostmap,
    LoadMap,
)

from nav2_simple_commander._task_client import TaskClient


class Maps(TaskClient):
    """Each method waits for its service, and for the answer."""

    def __init__(self, node_name: str, namespace: str) -> None:
        super().__init__(node_name=node_name, namespace=namespace)
        glob, local = "global_costmap", "local_costmap"
        self.change_maps_srv: Any = self.create_client(LoadMap, "map_server/load_map")
        self.clear_costmap_global_srv: Any = self.create_client(
            ClearEntireCostmap, f"{glob}/clear_entirely_global_costmap"
        )
        self.clear_costmap_local_srv: Any = self.create_client(
            ClearEntireCostmap, f"{local}/clear_entirely_local_costmap"
        )
        self.clear_costmap_except_region_srv: Any = self.create_client(
            ClearCostmapExceptRegion, f"{local}/clear_costmap_except_region"
        )
        self.clear_costmap_around_robot_srv: Any = self.create_client(
            ClearCostmapAroundRobot, f"{local}/clear_costmap_around_robot"
        )
        self.clear_costmap_around_pose_srv: Any = self.create_client(
            ClearCostmapAroundPose, f"{local}/clear_costmap_around_pose"
        )
        self.get_costmap_global_srv: Any = self.create_client(GetCostmap, f"{glob}/get_costmap")
        self.get_costmap_local_srv: Any = self.create_client(GetCostmap, f"{local}/get_costmap")

    def changeMap(self, map_filepath: str) -> None:
        """Have the map server load another map; whether it could is logged."""
        result = self._call(self.change_maps_srv, LoadMap.Request(map_url=map_filepath)).result
        if result == LoadMap.Response.RESULT_SUCCESS:
            self.info("Change map request was successful!")
        else:
            self.error("Change map request failed!")

    def clearAllCostmaps(self) -> None:
        """The local one, then the global one."""
        self.clearLocalCostmap()
        self.clearGlobalCostmap()

    def clearLocalCostmap(self) -> None:
        """Forget what was seen around the robot."""
        self._call(self.clear_costmap_local_srv, ClearEntireCostmap.Request())

    def clearGlobalCostmap(self) -> None:
        """Forget what was seen anywhere."""
        self._call(self.clear_costmap_global_srv, ClearEntireCostmap.Request())

    def clearCostmapExceptRegion(self, reset_distance: float) -> None:
        """In the local costmap, forget what is farther from the robot than `reset_distance` m."""
        self._call(
            self.clear_costmap_except_region_srv, ClearCostmapExceptRegion.Request(reset_distance=reset_distance)
        )

    def clearCostmapAroundRobot(self, reset_distance: float) -> None:
        """In the local costmap, forget what is nearer to the robot than `reset_distance` m."""
        self._call(self.clear_costmap_around_robot_srv, ClearCostmapAroundRobot.Request(reset_distance=reset_distance))

    def clearCostmapAroundPose(self, pose: Any, reset_distance: float) -> None:
        """In the local costmap, forget what is nearer to a geometry_msgs/PoseStamped than `reset_distance` m."""
        request = ClearCostmapAroundPose.Request(pose=pose, reset_distance=reset_distance)
        self._call(self.clear_costmap_around_pose_srv, request)

    def getGlobalCostmap(self) -> Any:
        """As nav2_msgs/Costmap."""
        return self._call(self.get_costmap_global_srv, GetCostmap.Request()).map

    def getLocalCostmap(self) -> Any:
        """As nav2_msgs/Costmap."""
        return self._call(self.get_costmap_local_srv, GetCostmap.Request()).map
