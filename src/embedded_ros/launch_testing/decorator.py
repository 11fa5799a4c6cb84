"""Tells tests that run after the launch from those that run during it."""

from collections.abc import Callable
from typing import TypeVar

TestClass = TypeVar("TestClass", bound=type)


def post_shutdown_test() -> Callable[[TestClass], TestClass]:
    """Class decorator: its tests run after all processes have ended. TypeError for anything but a class."""

    def decorate(test_item: TestClass) -> TestClass:
        if not isinstance(test_item, type):
            raise TypeError(f"post_shutdown_test is for test classes, got {test_item!r}")
        setattr(test_item, "__post_shutdown_test__", True)  # noqa: B010
        return test_item

    return decorate
