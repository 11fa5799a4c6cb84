"""QoS policies that parameters may override."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult

from rclpy import qos as qos_module
from rclpy.duration import Duration
from rclpy.exceptions import ParameterAlreadyDeclaredException
from rclpy.parameter import Parameter
from rclpy.publisher import Publisher
from rclpy.qos import QoSPolicyEnum, QoSPolicyKind, QoSProfile
from rclpy.subscription import Subscription

if TYPE_CHECKING:
    from rclpy.impl.node_parameters import NodeParameters

QosCallbackResult = SetParametersResult
QoSProfileAttributes = QoSPolicyEnum | int | Duration | bool
QosCallbackType = Callable[[QoSProfile], SetParametersResult]

_DURATIONS = (QoSPolicyKind.LIFESPAN, QoSPolicyKind.DEADLINE, QoSPolicyKind.LIVELINESS_LEASE_DURATION)


class InvalidQosOverridesError(Exception):
    """Raised where the options' callback refuses the overridden profile."""


class QoSOverridingOptions:
    """Which policies are declared as read-only parameters `qos_overrides.<topic>.<kind>[_<id>].<policy>`."""

    def __init__(
        self,
        policy_kinds: Iterable[QoSPolicyKind],
        *,
        callback: QosCallbackType | None = None,
        entity_id: str | None = None,
    ) -> None:
        self._policy_kinds = policy_kinds
        self._callback = callback
        self._entity_id = entity_id

    @property
    def policy_kinds(self) -> Iterable[QoSPolicyKind]:
        return self._policy_kinds

    @property
    def callback(self) -> QosCallbackType | None:
        return self._callback

    @property
    def entity_id(self) -> str | None:
        return self._entity_id

    @classmethod
    def with_default_policies(
        cls, *, callback: QosCallbackType | None = None, entity_id: str | None = None
    ) -> QoSOverridingOptions:
        """History, depth and reliability."""
        kinds = (QoSPolicyKind.HISTORY, QoSPolicyKind.DEPTH, QoSPolicyKind.RELIABILITY)
        return cls(policy_kinds=kinds, callback=callback, entity_id=entity_id)


def _declare_qos_parameters(
    entity_type: type[Publisher | Subscription],
    node: NodeParameters,
    topic_name: str,
    qos: QoSProfile,
    options: QoSOverridingOptions,
) -> None:
    """Declare the parameters and change `qos` by their values."""
    kind = "publisher" if issubclass(entity_type, Publisher) else "subscription"
    suffix = "" if options.entity_id is None else f"_{options.entity_id}"
    for policy in options.policy_kinds:
        if policy is QoSPolicyKind.LIFESPAN and kind == "subscription":
            continue
        policy_name = policy.name.lower()
        name = f"qos_overrides.{topic_name}.{kind}{suffix}.{policy_name}"
        descriptor = ParameterDescriptor(
            description=f"{policy_name} for {kind} `{topic_name}` with id `{options.entity_id}`", read_only=True
        )
        try:
            parameter = node.declare_parameter(name, _get_qos_policy_parameter(qos, policy), descriptor)
        except ParameterAlreadyDeclaredException:
            parameter = node.get_parameter(name)
        _override_qos_policy_with_param(qos, policy, parameter)
    if options.callback is not None:
        result = options.callback(qos)
        if not result.successful:
            raise InvalidQosOverridesError(
                f"Provided QoS overrides for {kind} `{topic_name}` with id `{options.entity_id}`, "
                f"are not valid: {result.reason}"
            )


def _get_qos_policy_parameter(qos: QoSProfile, policy: QoSPolicyKind) -> str | int | bool:
    value = getattr(qos, policy.name.lower())
    if isinstance(value, QoSPolicyEnum):
        if value.short_key == "unknown":
            raise ValueError(f"User provided QoS profile is invalid: {policy.name.lower()} is unknown")
        return value.short_key
    if isinstance(value, Duration):
        return value.nanoseconds
    assert isinstance(value, (int, bool))
    return value


def _override_qos_policy_with_param(qos: QoSProfile, policy: QoSPolicyKind, param: Parameter) -> None:
    value = param.value
    policy_name = policy.name.lower()
    if isinstance(getattr(qos, policy_name), QoSPolicyEnum):
        policies = getattr(qos_module, f"{policy_name.capitalize()}Policy")
        try:
            value = policies[value.upper()]
        except KeyError:
            raise RuntimeError(
                f"Unexpected QoS override for policy `{policy_name}`: `{value}`; use one of {policies.short_keys()}"
            ) from None
    elif policy in _DURATIONS:
        value = Duration(nanoseconds=value)
    setattr(qos, policy_name, value)
