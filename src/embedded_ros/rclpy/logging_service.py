"""Services through which others read and set a node's log levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import LoggerLevel, SetLoggerLevelsResult
from rcl_interfaces.srv import GetLoggerLevels, SetLoggerLevels

from rclpy import logging
from rclpy.qos import qos_profile_services_default
from rclpy.validate_topic_name import TOPIC_SEPARATOR_STRING

if TYPE_CHECKING:
    from rclpy.node import Node


class LoggingService:
    """Serves `~/get_logger_levels` and `~/set_logger_levels`."""

    def __init__(self, node: Node) -> None:
        for name, srv_type, callback in (
            ("get_logger_levels", GetLoggerLevels, self._get_logger_levels),
            ("set_logger_levels", SetLoggerLevels, self._set_logger_levels),
        ):
            full_name = TOPIC_SEPARATOR_STRING.join((node.get_name(), name))
            node.create_service(srv_type, full_name, callback, qos_profile=qos_profile_services_default)

    def _get_logger_levels(self, request: Any, response: Any) -> Any:
        for name in request.names:
            response.levels.append(LoggerLevel(name=name, level=int(logging.get_logger_level(name))))
        return response

    def _set_logger_levels(self, request: Any, response: Any) -> Any:
        for level in request.levels:
            result = SetLoggerLevelsResult(successful=True)
            try:
                logging.set_logger_level(level.name, level.level, detailed_error=True)
            except ValueError:
                result = SetLoggerLevelsResult(successful=False, reason="Failed reason: Invalid logger level.")
            response.results.append(result)
        return response
