"""Delays other actions by ROS time."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from launch.actions import TimerAction
from launch.frontend.expose import expose_action

from ..ros_adapters import get_ros_node

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext


@expose_action("ros_timer")
class ROSTimer(TimerAction):
    """A TimerAction whose `period`, s, is one of ROS time: after SetUseSimTime, that of the topic /clock."""

    def describe(self) -> str:
        """Text for a person."""
        return f"ROSTimer(period={self.period}, actions=<actions>)"

    async def _wait_for_end(self, context: LaunchContext, period_s: float, canceled: asyncio.Future[bool]) -> None:
        loop = asyncio.get_running_loop()
        node = get_ros_node(context)
        over: asyncio.Future[bool] = loop.create_future()
        timer = node.create_timer(period_s, partial(loop.call_soon_threadsafe, _end, over))
        try:
            await asyncio.wait([canceled, over], return_when=asyncio.FIRST_COMPLETED)
        finally:
            node.destroy_timer(timer)


def _end(over: asyncio.Future[bool]) -> None:
    # The timer may fire once more before it is destroyed.
    if not over.done():
        over.set_result(True)


RosTimer = ROSTimer
