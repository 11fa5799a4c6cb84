"""Spans of time in whole nanoseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rclpy.constants import S_TO_NS

if TYPE_CHECKING:
    import builtin_interfaces.msg

_MAX_NS = 2**63 - 1


class DurationType(Protocol):
    """A duration as the client library stores it."""

    @property
    def nanoseconds(self) -> int: ...


class Duration:
    """`seconds` + `nanoseconds`; may be negative. Raises OverflowError outside of 64 bits of nanoseconds."""

    __slots__ = ("_nanoseconds",)

    def __init__(self, *, seconds: float = 0, nanoseconds: int = 0) -> None:
        total = int(seconds * S_TO_NS) + int(nanoseconds)
        if not -_MAX_NS - 1 <= total <= _MAX_NS:
            raise OverflowError(f"{total} ns is more than a duration holds; it must fit in 64 bits")
        self._nanoseconds = total

    @property
    def nanoseconds(self) -> int:
        return self._nanoseconds

    def __repr__(self) -> str:
        return f"Duration(nanoseconds={self._nanoseconds})"

    def __str__(self) -> str:
        return "Infinite" if self == Infinite else f"{self._nanoseconds} nanoseconds"

    def __hash__(self) -> int:
        return hash(self._nanoseconds)

    def __eq__(self, other: object) -> bool:
        return self._nanoseconds == other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return self._nanoseconds != other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self._nanoseconds < other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self._nanoseconds <= other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self._nanoseconds > other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self._nanoseconds >= other._nanoseconds if isinstance(other, Duration) else NotImplemented

    def to_msg(self) -> builtin_interfaces.msg.Duration:
        from builtin_interfaces.msg import Duration as DurationMsg

        sec, nanosec = divmod(self._nanoseconds, S_TO_NS)
        return DurationMsg(sec=sec, nanosec=nanosec)

    @classmethod
    def from_msg(cls, msg: builtin_interfaces.msg.Duration) -> Duration:
        from builtin_interfaces.msg import Duration as DurationMsg

        if not isinstance(msg, DurationMsg):
            raise TypeError(f"Must pass a builtin_interfaces.msg.Duration object, not {type(msg).__name__}")
        return cls(seconds=msg.sec, nanoseconds=msg.nanosec)

    def get_c_duration(self) -> DurationType:
        return self


Infinite = Duration(nanoseconds=_MAX_NS)
