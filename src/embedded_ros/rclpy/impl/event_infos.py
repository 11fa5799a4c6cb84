"""Kinds of events of publishers and subscriptions, and what is told about each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from rclpy.qos import QoSPolicyKind


class QoSPublisherEventType(IntEnum):
    """Events of a publisher."""

    RCL_PUBLISHER_OFFERED_DEADLINE_MISSED = 0
    RCL_PUBLISHER_LIVELINESS_LOST = 1
    RCL_PUBLISHER_OFFERED_INCOMPATIBLE_QOS = 2
    RCL_PUBLISHER_INCOMPATIBLE_TYPE = 3
    RCL_PUBLISHER_MATCHED = 4


class QoSSubscriptionEventType(IntEnum):
    """Events of a subscription."""

    RCL_SUBSCRIPTION_REQUESTED_DEADLINE_MISSED = 0
    RCL_SUBSCRIPTION_LIVELINESS_CHANGED = 1
    RCL_SUBSCRIPTION_REQUESTED_INCOMPATIBLE_QOS = 2
    RCL_SUBSCRIPTION_MESSAGE_LOST = 3
    RCL_SUBSCRIPTION_INCOMPATIBLE_TYPE = 4
    RCL_SUBSCRIPTION_MATCHED = 5


# `..._change`: since the event was last taken.
@dataclass(frozen=True, slots=True)
class QoSRequestedDeadlineMissedInfo:
    total_count: int
    total_count_change: int


@dataclass(frozen=True, slots=True)
class QoSLivelinessChangedInfo:
    alive_count: int
    not_alive_count: int
    alive_count_change: int
    not_alive_count_change: int


@dataclass(frozen=True, slots=True)
class QoSMessageLostInfo:
    total_count: int
    total_count_change: int


@dataclass(frozen=True, slots=True)
class QoSRequestedIncompatibleQoSInfo:
    total_count: int
    total_count_change: int
    last_policy_kind: QoSPolicyKind


@dataclass(frozen=True, slots=True)
class QoSSubscriptionMatchedInfo:
    total_count: int
    total_count_change: int
    current_count: int
    current_count_change: int


@dataclass(frozen=True, slots=True)
class IncompatibleTypeInfo:
    total_count: int
    total_count_change: int


QoSOfferedDeadlineMissedInfo = QoSRequestedDeadlineMissedInfo
QoSLivelinessLostInfo = QoSRequestedDeadlineMissedInfo
QoSPublisherMatchedInfo = QoSSubscriptionMatchedInfo
QoSOfferedIncompatibleQoSInfo = QoSRequestedIncompatibleQoSInfo
