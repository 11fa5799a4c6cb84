"""QoS as liveliness tokens carry it: numbers of `rmw/types.h`, each left out when it is rmw_zenoh_cpp's default."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from embedded_ros.wire.errors import InvalidQosError

S_TO_NS = 1_000_000_000
INFINITE_NS = 2**63 - 1
DEFAULT_DEPTH = 42

SYSTEM_DEFAULT = 0
RELIABLE = 1
BEST_EFFORT = 2
TRANSIENT_LOCAL = 1
VOLATILE = 2
KEEP_LAST = 1
KEEP_ALL = 2
AUTOMATIC = 1

_UNKNOWN_POLICY = 3
_UNKNOWN_LIVELINESS = 4
_POLICIES = range(5)
_HISTORIES = range(4)
_LIVELINESS = (0, 1, 3, 4, 5)
_SIZES = (1, 1, 2, 2, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qos:
    """One endpoint's QoS; durations in nanoseconds, `INFINITE_NS` where nothing is asked."""

    reliability: int = RELIABLE
    durability: int = VOLATILE
    history: int = KEEP_LAST
    depth: int = DEFAULT_DEPTH
    deadline_ns: int = INFINITE_NS
    lifespan_ns: int = INFINITE_NS
    liveliness: int = AUTOMATIC
    lease_ns: int = INFINITE_NS

    def resolved(self) -> Qos:
        """System defaults, depth 0 and zero durations replaced by rmw_zenoh_cpp's values.

        Raises InvalidQosError where a policy is `unknown`.
        """
        if _UNKNOWN_POLICY in (self.reliability, self.durability, self.history):
            raise InvalidQosError(f"{self}: reliability, durability and history must be known; set each in the profile")
        if self.liveliness == _UNKNOWN_LIVELINESS:
            raise InvalidQosError(f"{self}: liveliness must be known; set it in the profile")
        return replace(
            self,
            reliability=self.reliability or RELIABLE,
            durability=self.durability or VOLATILE,
            history=self.history or KEEP_LAST,
            depth=self.depth or DEFAULT_DEPTH,
            deadline_ns=self.deadline_ns or INFINITE_NS,
            lifespan_ns=self.lifespan_ns or INFINITE_NS,
            liveliness=self.liveliness or AUTOMATIC,
            lease_ns=self.lease_ns or INFINITE_NS,
        )

    @property
    def is_reliable(self) -> bool:
        """Of a resolved QoS. Best-available is not reliable, as rmw_zenoh_cpp has it."""
        return self.reliability == RELIABLE

    @property
    def is_transient_local(self) -> bool:
        """True where late subscribers are served from a cache."""
        return self.durability == TRANSIENT_LOCAL

    @property
    def queue_depth(self) -> int | None:
        """Samples that a receiving queue keeps; None where it keeps all."""
        return None if self.history == KEEP_ALL else self.depth


DEFAULT = Qos()


def _number(value: int, default: int) -> str:
    return "" if value == default else str(value)


def _duration(value_ns: int) -> str:
    sec, nsec = divmod(value_ns, S_TO_NS)
    default_sec, default_nsec = divmod(INFINITE_NS, S_TO_NS)
    return f"{_number(sec, default_sec)},{_number(nsec, default_nsec)}"


def encode(qos: Qos) -> str:
    """Canonical text: `<rel>:<dur>:<hist>,<depth>:<deadline>:<lifespan>:<liveliness>,<lease>`."""
    qos = qos.resolved()
    return ":".join(
        (
            _number(qos.reliability, RELIABLE),
            _number(qos.durability, VOLATILE),
            f"{_number(qos.history, KEEP_LAST)},{_number(qos.depth, DEFAULT_DEPTH)}",
            _duration(qos.deadline_ns),
            _duration(qos.lifespan_ns),
            f"{_number(qos.liveliness, AUTOMATIC)},{_duration(qos.lease_ns)}",
        )
    )


def _parse_number(text: str, default: int, whole: str) -> int:
    if not text:
        return default
    if not text.isdecimal() or int(text) > INFINITE_NS:
        raise InvalidQosError(f"QoS text '{whole}': '{text}' is not a number from 0 to {INFINITE_NS}")
    return int(text)


def _parse_duration(text: list[str], whole: str) -> int:
    default_sec, default_nsec = divmod(INFINITE_NS, S_TO_NS)
    sec = _parse_number(text[0], default_sec, whole)
    return min(INFINITE_NS, sec * S_TO_NS + _parse_number(text[1], default_nsec, whole))


@lru_cache(maxsize=256)
def decode(text: str) -> Qos:
    """Read a QoS text; an empty number is the default. Raises InvalidQosError."""
    groups = [group.split(",") for group in text.split(":")]
    # More is for a later version to know, as rmw_zenoh_cpp has it.
    if len(groups) < len(_SIZES) or any(len(group) < size for group, size in zip(groups, _SIZES, strict=False)):
        raise InvalidQosError(f"QoS text '{text}' does not have the form r:d:h,n:s,ns:s,ns:l,s,ns")
    qos = Qos(
        reliability=_parse_number(groups[0][0], RELIABLE, text),
        durability=_parse_number(groups[1][0], VOLATILE, text),
        history=_parse_number(groups[2][0], KEEP_LAST, text),
        depth=_parse_number(groups[2][1], DEFAULT_DEPTH, text),
        deadline_ns=_parse_duration(groups[3], text),
        lifespan_ns=_parse_duration(groups[4], text),
        liveliness=_parse_number(groups[5][0], AUTOMATIC, text),
        lease_ns=_parse_duration(groups[5][1:], text),
    )
    if qos.reliability not in _POLICIES or qos.durability not in _POLICIES:
        raise InvalidQosError(f"QoS text '{text}': reliability and durability are numbers from 0 to 4")
    if qos.history not in _HISTORIES or qos.liveliness not in _LIVELINESS:
        raise InvalidQosError(f"QoS text '{text}': history is 0 to 3, liveliness one of {_LIVELINESS}")
    return qos
