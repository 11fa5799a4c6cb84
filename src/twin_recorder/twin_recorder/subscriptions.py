"""The recorder's subscriptions: made for what discovery finds, and made anew where a publisher's QoS demands it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rclpy.event_handler import SubscriptionEventCallbacks, UnsupportedEventTypeError
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rosidl_runtime_py.utilities import get_message

from .core.definitions import Definition, Definitions
from .core.discovery import Discovery, Found, Offer, Selection, adapted, mixed
from .core.errors import DefinitionError
from .core.handover import Handover
from .core.own import own_words
from .core.pipeline import Pipeline
from .core.topics import Qos, TopicSpec

if TYPE_CHECKING:
    from rclpy.event_handler import QoSMessageLostInfo
    from rclpy.subscription import Subscription

_LOG = logging.getLogger(__name__)
_RELIABILITY: Final = {"reliable": ReliabilityPolicy.RELIABLE, "best_effort": ReliabilityPolicy.BEST_EFFORT}
_DURABILITY: Final = {"volatile": DurabilityPolicy.VOLATILE, "transient_local": DurabilityPolicy.TRANSIENT_LOCAL}
# Two subscriptions stand side by side for so long: the new one must have met every publisher, the old one be empty.
_OVERLAP_S: Final = 2.0

MessageInfo = Mapping[str, int]
Capture = Callable[[bytes, MessageInfo], None]


@dataclass(slots=True, kw_only=True)
class _Recorded:
    """A topic's subscription; `old` while it is being replaced, until `at_s` (monotonic)."""

    spec: TopicSpec
    qos: Qos
    subscription: Subscription
    old: Subscription | None = None
    at_s: float = 0.0


class Subscriptions:
    """Subscribes raw to what is selected. `look` from time to time; everything from the executor's thread.

    stamps_arrival: log times are those of arrival, as the middleware gives them; else the pipeline's clock.
    own_names: what the recorder calls itself on topics that it shares with other nodes.
    """

    def __init__(
        self,
        node: Node,
        pipeline: Pipeline,
        selection: Selection,
        definitions: Definitions,
        *,
        stamps_arrival: bool,
        own_names: Mapping[str, str],
        mono_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._node = node
        self._pipeline = pipeline
        self._definitions = definitions
        self._stamps_arrival = stamps_arrival
        self._own_names = own_names
        self._mono_s = mono_s
        self._discovery = Discovery(selection, why_not_installed, own=f"{node.get_fully_qualified_name()}/")
        self._recorded: dict[str, _Recorded] = {}
        for found in self._discovery.begin():
            self._begin(found)

    @property
    def recorded(self) -> Mapping[str, TopicSpec]:
        """The topics that are subscribed to."""
        return self._discovery.recorded

    @property
    def problems(self) -> Mapping[str, str]:
        """What keeps wanted topics from being recorded, by name."""
        return self._discovery.problems

    def look(self) -> None:
        """Subscribe to what is new in the graph, and let go of subscriptions that were replaced."""
        for found in self._discovery.look(self):
            self._begin(found)
        for recorded in self._recorded.values():
            if recorded.old is not None and self._mono_s() >= recorded.at_s:
                self._let_go(recorded)

    def close(self) -> None:
        """Let go of all of them."""
        for recorded in self._recorded.values():
            for subscription in (recorded.old, recorded.subscription):
                if subscription is not None:
                    self._node.destroy_subscription(subscription)
        self._recorded.clear()

    def topics(self) -> Mapping[str, Sequence[str]]:
        """As discovery's Graph says."""
        return dict(self._node.get_topic_names_and_types())

    def offers(self, topic: str) -> Sequence[Offer]:
        """As discovery's Graph says."""
        return [
            Offer(
                type_name=info.topic_type,
                is_reliable=info.qos_profile.reliability == ReliabilityPolicy.RELIABLE,
                is_latched=info.qos_profile.durability == DurabilityPolicy.TRANSIENT_LOCAL,
            )
            for info in self._node.get_publishers_info_by_topic(topic)
        ]

    def on_incompatible(self, topic: str) -> None:
        """A publisher offers less than the subscription asks for: ask for what all of them can give.

        The new subscription is there before the old one goes, so nothing is missed; of what both get, the second is
        dropped. It asks for less history than the old one, so nothing old comes again.
        """
        recorded = self._recorded.get(topic)
        if recorded is None:
            return
        offers = self.offers(topic)
        qos = adapted(recorded.spec, offers)
        if recorded.spec.qos is not None or qos == recorded.qos:
            _LOG.warning(
                "%s: a publisher is not heard, it offers less than %s, %s; change the entry's qos in the topic table",
                *(topic, recorded.qos.reliability, recorded.qos.durability),
            )
            return
        _LOG.warning("%s: %s; subscribed anew as %s, %s", topic, mixed(offers), qos.reliability, qos.durability)
        if recorded.old is not None:
            self._let_go(recorded)
        capture = self._once(topic, Handover())
        recorded.subscription.callback = capture
        recorded.old, recorded.at_s = recorded.subscription, self._mono_s() + _OVERLAP_S
        recorded.subscription, recorded.qos = self._subscribe(recorded.spec, qos, capture), qos

    def _let_go(self, recorded: _Recorded) -> None:
        """The replaced subscription goes; messages of the moment of the handover are in by now."""
        if recorded.old is not None:
            self._node.destroy_subscription(recorded.old)
        recorded.old = None
        recorded.subscription.callback = self._capture_of(recorded.spec.name)

    def _begin(self, found: Found) -> None:
        """Register and subscribe."""
        spec = found.spec
        self._pipeline.register(spec, self._definition(spec), found.qos)
        subscription = self._subscribe(spec, found.qos, self._capture_of(spec.name))
        self._recorded[spec.name] = _Recorded(spec=spec, qos=found.qos, subscription=subscription)
        ways = "" if spec.qos else mixed(self.offers(spec.name))
        if ways:
            _LOG.warning("%s: %s; recorded as %s, %s", spec.name, ways, found.qos.reliability, found.qos.durability)
        _LOG.info("topic=%s type=%s rows=%s", spec.name, spec.type_name, _tables(spec))

    def _subscribe(self, spec: TopicSpec, qos: Qos, capture: Capture) -> Subscription:
        """One subscription, with what this middleware can say of it."""
        message_class = get_message(spec.type_name)
        profile = QoSProfile(
            depth=qos.depth, reliability=_RELIABILITY[qos.reliability], durability=_DURABILITY[qos.durability]
        )
        subscribe = partial(self._node.create_subscription, message_class, spec.name, capture, profile, raw=True)
        try:
            return subscribe(
                event_callbacks=SubscriptionEventCallbacks(
                    message_lost=partial(self._on_lost, spec.name),
                    incompatible_qos=lambda _: self.on_incompatible(spec.name),
                )
            )
        except UnsupportedEventTypeError:
            return subscribe()  # this middleware doesn't know of such things

    def _capture_of(self, topic: str) -> Capture:
        """The callback of a topic, called for every message: two arguments are what has rclpy give the info."""
        is_own = own_words(topic, self._own_names.get(topic, ""))
        take = self._pipeline.capture if is_own is None else _others(self._pipeline.capture, is_own)
        if self._stamps_arrival:

            def capture(cdr: bytes, info: MessageInfo) -> None:
                take(topic, cdr, info["received_timestamp"])
        else:

            def capture(cdr: bytes, info: MessageInfo) -> None:  # noqa: ARG001  (rclpy counts arguments)
                take(topic, cdr)

        return capture

    def _once(self, topic: str, handover: Handover) -> Capture:
        """The callback of a topic while two subscriptions deliver."""
        take = self._capture_of(topic)

        def capture(cdr: bytes, info: MessageInfo) -> None:
            if handover.is_new(info["source_timestamp"], cdr):
                take(cdr, info)

        return capture

    def _definition(self, topic: TopicSpec) -> Definition | None:
        """The topic's definition; without it messages are kept, but make no rows."""
        try:
            return self._definitions.find(topic.type_name)
        except DefinitionError as error:
            _LOG.warning("%s makes no rows: %s", topic.name, error)
            return None

    def _on_lost(self, topic: str, info: QoSMessageLostInfo) -> None:
        self._pipeline.lost(topic, info.total_count_change)


def _others(take: Callable[..., None], is_own: Callable[[bytes], bool]) -> Callable[..., None]:
    """Only what others publish."""

    def take_others(topic: str, cdr: bytes, log_ns: int | None = None) -> None:
        if not is_own(cdr):
            take(topic, cdr, log_ns)

    return take_others


def why_not_installed(type_name: str) -> str:
    """Why messages of a type can't be subscribed to; empty where they can."""
    try:
        get_message(type_name)
    except (ModuleNotFoundError, AttributeError, ValueError) as error:
        return (
            f"it is not recorded: no message class {type_name} ({error}); source its workspace, or have the topic"
            " table ignore it"
        )
    return ""


def _tables(spec: TopicSpec) -> str:
    """What rows a topic makes, for the log."""
    return ",".join(kind.table for kind in spec.becomes) or "none"
