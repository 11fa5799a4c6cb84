"""Requests and responses to send in tests."""

from __future__ import annotations

from typing import Any

from rosidl_runtime_py.utilities import get_service
from test_msgs.message_fixtures import filled_messages


def get_test_srv(service_name: str) -> list[list[Any]]:
    """Pairs of request and response of test_msgs/srv/`service_name`. Raises AttributeError for an unknown one."""
    service = get_service(f"test_msgs/srv/{service_name}")
    pairs = zip(filled_messages(service.Request), filled_messages(service.Response), strict=True)
    return [list(pair) for pair in pairs]
