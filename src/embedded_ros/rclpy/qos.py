"""Quality of service: profiles, policies and presets."""

from __future__ import annotations

import warnings
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, TypedDict, Unpack

from rclpy.duration import Duration, Infinite
from rclpy.impl.qos_policies import DurabilityPolicy as DurabilityPolicy
from rclpy.impl.qos_policies import HistoryPolicy as HistoryPolicy
from rclpy.impl.qos_policies import LivelinessPolicy as LivelinessPolicy
from rclpy.impl.qos_policies import QoSPolicyEnum as QoSPolicyEnum
from rclpy.impl.qos_policies import QoSPolicyKind as QoSPolicyKind
from rclpy.impl.qos_policies import ReliabilityPolicy as ReliabilityPolicy
from rclpy.impl.qos_policies import qos_policy_name_from_kind as qos_policy_name_from_kind

if TYPE_CHECKING:
    from rclpy.impl.c_qos_profile import CQoSProfile


class InvalidQoSProfileException(Exception):
    """Raised for a profile that says too little."""

    def __init__(self, *args: object) -> None:
        super().__init__("Invalid QoSProfile", *args)


QoSHistoryPolicy = HistoryPolicy
QoSReliabilityPolicy = ReliabilityPolicy
QoSDurabilityPolicy = DurabilityPolicy
QoSLivelinessPolicy = LivelinessPolicy

_UNSPECIFIED = Duration()
DeadlineBestAvailable = Duration(nanoseconds=Infinite.nanoseconds - 1)
LivelinessLeaseDurationeBestAvailable = Duration(nanoseconds=Infinite.nanoseconds - 1)


class _ProfileFields(TypedDict, total=False):
    history: HistoryPolicy | int
    depth: int
    reliability: ReliabilityPolicy | int
    durability: DurabilityPolicy | int
    lifespan: Duration
    deadline: Duration
    liveliness: LivelinessPolicy | int
    liveliness_lease_duration: Duration
    avoid_ros_namespace_conventions: bool


class QoSProfile:
    """Policies of one endpoint. A depth is needed, except with a history other than KEEP_LAST."""

    __slots__ = [
        "_avoid_ros_namespace_conventions",
        "_deadline",
        "_depth",
        "_durability",
        "_history",
        "_lifespan",
        "_liveliness",
        "_liveliness_lease_duration",
        "_reliability",
    ]

    def __init__(self, **kwargs: Unpack[_ProfileFields]) -> None:
        unknown = [key for key in kwargs if f"_{key}" not in self.__slots__]
        assert not unknown, f"Invalid arguments passed to constructor: {unknown}"
        if "history" not in kwargs:
            if "depth" not in kwargs:
                raise InvalidQoSProfileException("History and/or depth settings are required.")
            kwargs["history"] = HistoryPolicy.KEEP_LAST
        self.history = HistoryPolicy(kwargs["history"])
        if self.history == HistoryPolicy.KEEP_LAST and "depth" not in kwargs:
            raise InvalidQoSProfileException("History set to KEEP_LAST without a depth setting.")
        self.depth = kwargs.get("depth", 10)
        self.reliability = kwargs.get("reliability", ReliabilityPolicy.RELIABLE)
        self.durability = kwargs.get("durability", DurabilityPolicy.VOLATILE)
        self.lifespan = kwargs.get("lifespan", _UNSPECIFIED)
        self.deadline = kwargs.get("deadline", _UNSPECIFIED)
        self.liveliness = kwargs.get("liveliness", LivelinessPolicy.SYSTEM_DEFAULT)
        self.liveliness_lease_duration = kwargs.get("liveliness_lease_duration", _UNSPECIFIED)
        self.avoid_ros_namespace_conventions = kwargs.get("avoid_ros_namespace_conventions", False)

    @property
    def history(self) -> HistoryPolicy:
        return self._history

    @history.setter
    def history(self, value: HistoryPolicy | int) -> None:
        assert isinstance(value, int), f"history {value!r} must be a HistoryPolicy"
        self._history = HistoryPolicy(value)

    @property
    def reliability(self) -> ReliabilityPolicy:
        return self._reliability

    @reliability.setter
    def reliability(self, value: ReliabilityPolicy | int) -> None:
        assert isinstance(value, int), f"reliability {value!r} must be a ReliabilityPolicy"
        self._reliability = ReliabilityPolicy(value)

    @property
    def durability(self) -> DurabilityPolicy:
        return self._durability

    @durability.setter
    def durability(self, value: DurabilityPolicy | int) -> None:
        assert isinstance(value, int), f"durability {value!r} must be a DurabilityPolicy"
        self._durability = DurabilityPolicy(value)

    @property
    def depth(self) -> int:
        return self._depth

    @depth.setter
    def depth(self, value: int) -> None:
        assert isinstance(value, int), f"depth {value!r} must be an int"
        if self.history == HistoryPolicy.KEEP_LAST and value == 0:
            warnings.warn(
                "A zero depth with KEEP_LAST doesn't make sense; no data could be stored. "
                "This will be interpreted as SYSTEM_DEFAULT",
                stacklevel=2,
            )
        self._depth = value

    @property
    def lifespan(self) -> Duration:
        return self._lifespan

    @lifespan.setter
    def lifespan(self, value: Duration) -> None:
        assert isinstance(value, Duration), f"lifespan {value!r} must be a Duration"
        self._lifespan = value

    @property
    def deadline(self) -> Duration:
        return self._deadline

    @deadline.setter
    def deadline(self, value: Duration) -> None:
        assert isinstance(value, Duration), f"deadline {value!r} must be a Duration"
        self._deadline = value

    @property
    def liveliness(self) -> LivelinessPolicy:
        return self._liveliness

    @liveliness.setter
    def liveliness(self, value: LivelinessPolicy | int) -> None:
        assert isinstance(value, int), f"liveliness {value!r} must be a LivelinessPolicy"
        self._liveliness = LivelinessPolicy(value)

    @property
    def liveliness_lease_duration(self) -> Duration:
        return self._liveliness_lease_duration

    @liveliness_lease_duration.setter
    def liveliness_lease_duration(self, value: Duration) -> None:
        assert isinstance(value, Duration), f"liveliness_lease_duration {value!r} must be a Duration"
        self._liveliness_lease_duration = value

    @property
    def avoid_ros_namespace_conventions(self) -> bool:
        return self._avoid_ros_namespace_conventions

    @avoid_ros_namespace_conventions.setter
    def avoid_ros_namespace_conventions(self, value: bool) -> None:
        assert isinstance(value, bool), f"avoid_ros_namespace_conventions {value!r} must be a bool"
        self._avoid_ros_namespace_conventions = value

    def get_c_qos_profile(self) -> CQoSProfile:
        """The profile as the wire takes it."""
        from rclpy.impl.c_qos_profile import CQoSProfile

        return CQoSProfile(
            reliability=int(self.reliability),
            durability=int(self.durability),
            history=int(self.history),
            depth=self.depth,
            deadline_ns=self.deadline.nanoseconds,
            lifespan_ns=self.lifespan.nanoseconds,
            liveliness=int(self.liveliness),
            lease_ns=self.liveliness_lease_duration.nanoseconds,
            avoid_ros_namespace_conventions=self.avoid_ros_namespace_conventions,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, QoSProfile):
            return False
        return all(getattr(self, slot) == getattr(other, slot) for slot in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        fields = ", ".join(f"{key}={getattr(self, key)}" for key in _ProfileFields.__annotations__)
        return f"{type(self).__name__}({fields})"


with warnings.catch_warnings():
    # Two presets do have depth 0: it means the middleware's own.
    warnings.simplefilter("ignore")
    qos_profile_unknown = QoSProfile(
        history=HistoryPolicy.UNKNOWN,
        depth=0,
        reliability=ReliabilityPolicy.UNKNOWN,
        durability=DurabilityPolicy.UNKNOWN,
        liveliness=LivelinessPolicy.UNKNOWN,
    )
    qos_profile_system_default = QoSProfile(
        history=HistoryPolicy.SYSTEM_DEFAULT,
        depth=0,
        reliability=ReliabilityPolicy.SYSTEM_DEFAULT,
        durability=DurabilityPolicy.SYSTEM_DEFAULT,
    )
qos_profile_default = QoSProfile(depth=10)
qos_profile_sensor_data = QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT)
qos_profile_services_default = QoSProfile(depth=10)
qos_profile_parameters = QoSProfile(depth=1000)
qos_profile_parameter_events = QoSProfile(depth=1000)
qos_profile_best_available = QoSProfile(
    depth=10,
    reliability=ReliabilityPolicy.BEST_AVAILABLE,
    durability=DurabilityPolicy.BEST_AVAILABLE,
    deadline=DeadlineBestAvailable,
    liveliness=LivelinessPolicy.BEST_AVAILABLE,
    liveliness_lease_duration=LivelinessLeaseDurationeBestAvailable,
)
qos_profile_action_status_default = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class QoSPresetProfiles(Enum):
    """The presets by name."""

    UNKNOWN = qos_profile_unknown
    DEFAULT = qos_profile_default
    SYSTEM_DEFAULT = qos_profile_system_default
    SENSOR_DATA = qos_profile_sensor_data
    SERVICES_DEFAULT = qos_profile_services_default
    PARAMETERS = qos_profile_parameters
    PARAMETER_EVENTS = qos_profile_parameter_events
    ACTION_STATUS_DEFAULT = qos_profile_action_status_default
    BEST_AVAILABLE = qos_profile_best_available

    @classmethod
    def short_keys(cls) -> list[str]:
        return [name.lower() for name in cls.__members__]

    @classmethod
    def get_from_short_key(cls, name: str) -> QoSProfile:
        return cls[name.upper()].value


class QoSCompatibility(IntEnum):
    """Whether two profiles fit."""

    OK = 0
    WARNING = 1
    ERROR = 2


def qos_check_compatible(publisher_qos: QoSProfile, subscription_qos: QoSProfile) -> tuple[QoSCompatibility, str]:
    """On Zenoh every publisher reaches every subscription: QoS never gates delivery."""
    return QoSCompatibility.OK, ""
