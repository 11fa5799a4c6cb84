"""What a shell refuses before its node can work."""

from __future__ import annotations


class NodeError(Exception):
    """Base of this package's errors. `recoverable`: the same may succeed later without a change."""

    recoverable = False


class ParameterError(NodeError):
    """A parameter that cannot be used. `problem` says what is wrong with which value, and the way out."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"parameter {name}: {problem}")
        self.name = name
