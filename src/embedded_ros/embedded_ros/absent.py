"""Names that ROS 2 Jazzy has and this underlay does not: asking for one says so."""

from collections.abc import Callable
from typing import NoReturn


class AbsentFromUnderlayError(ImportError):
    """A part of ROS 2 Jazzy that the embedded underlay does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not in the embedded underlay: use ROS 2 Jazzy (source /opt/ros/jazzy/setup.bash)")


def module_getattr(module: str, absent: frozenset[str]) -> Callable[[str], NoReturn]:
    """A module `__getattr__`: an absent name raises AbsentFromUnderlayError, an unknown one AttributeError."""

    def missing(name: str) -> NoReturn:
        if name in absent:
            raise AbsentFromUnderlayError(f"{module}.{name}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return missing
