"""What can go wrong with interface definitions and serialized messages."""

from __future__ import annotations


class InterfaceError(Exception):
    """Base of every error of `embedded_ros.rosidl`."""


class DefinitionError(InterfaceError):
    """A definition file breaks the grammar. `line` counts from 1; 0 means the file as a whole."""

    def __init__(self, path: str, line: int, text: str, problem: str) -> None:
        self.path = path
        self.line = line
        self.text = text
        self.problem = problem
        where = f"{path}:{line}: '{text}'" if line else path
        super().__init__(f"{where}: {problem}")


class InterfaceNotFoundError(InterfaceError, LookupError):
    """No definition of the interface on AMENT_PREFIX_PATH nor among those that come with embedded_ros."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"interface '{name}': {problem}")


class CdrError(InterfaceError, ValueError):
    """Bytes that aren't the message, or a message that can't become bytes."""

    def __init__(self, interface: str, problem: str) -> None:
        self.interface = interface
        self.problem = problem
        super().__init__(f"{interface}: {problem}")
