"""What a node sees of the graph."""

from __future__ import annotations

from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.qos import Qos
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.expand_topic_name import expand_topic_name
from rclpy.impl.graph_wait import wait_for_graph
from rclpy.impl.names import join
from rclpy.impl.node_handle import NamesAndTypes, NodeHandle
from rclpy.qos import QoSProfile
from rclpy.topic_endpoint_info import TopicEndpointInfo, TopicEndpointTypeEnum
from rclpy.type_hash import TypeHash
from rclpy.validate_full_topic_name import validate_full_topic_name


class NodeGraph:
    """Part of Node: needs its handle and context."""

    @property
    def handle(self) -> NodeHandle:
        raise NotImplementedError("NodeGraph is a part of rclpy.node.Node, not to be used alone")

    @property
    def context(self) -> Context:
        raise NotImplementedError("NodeGraph is a part of rclpy.node.Node, not to be used alone")

    def get_publisher_names_and_types_by_node(
        self, node_name: str, node_namespace: str, no_demangle: bool = False
    ) -> NamesAndTypes:
        """Raises NodeNameNonExistentError, here and below."""
        return self.__of_node(EntityKind.PUBLISHER, node_name, node_namespace)

    def get_subscriber_names_and_types_by_node(
        self, node_name: str, node_namespace: str, no_demangle: bool = False
    ) -> NamesAndTypes:
        return self.__of_node(EntityKind.SUBSCRIPTION, node_name, node_namespace)

    def get_service_names_and_types_by_node(self, node_name: str, node_namespace: str) -> NamesAndTypes:
        return self.__of_node(EntityKind.SERVICE, node_name, node_namespace)

    def get_client_names_and_types_by_node(self, node_name: str, node_namespace: str) -> NamesAndTypes:
        return self.__of_node(EntityKind.CLIENT, node_name, node_namespace)

    def __of_node(self, kind: EntityKind, node_name: str, node_namespace: str) -> NamesAndTypes:
        with self.handle:
            return self.handle.names_and_types_by_node(kind, node_name, node_namespace)

    def get_topic_names_and_types(self, no_demangle: bool = False) -> NamesAndTypes:
        """Topics with a publisher or a subscription."""
        with self.handle:
            return self.handle.names_and_types(EntityKind.PUBLISHER, EntityKind.SUBSCRIPTION)

    def get_service_names_and_types(self) -> NamesAndTypes:
        """Services with a server or a client."""
        with self.handle:
            return self.handle.names_and_types(EntityKind.SERVICE, EntityKind.CLIENT)

    def get_node_names(self) -> list[str]:
        return [name for name, _ in self.get_node_names_and_namespaces()]

    def get_fully_qualified_node_names(self) -> list[str]:
        return [join(namespace, name) for name, namespace in self.get_node_names_and_namespaces()]

    def get_node_names_and_namespaces(self) -> list[tuple[str, str]]:
        with self.handle:
            return self.handle.get_node_names_and_namespaces()

    def get_node_names_and_namespaces_with_enclaves(self) -> list[tuple[str, str, str]]:
        with self.handle:
            return self.handle.get_node_names_and_namespaces_with_enclaves()

    def count_publishers(self, topic_name: str) -> int:
        return self.__count(EntityKind.PUBLISHER, topic_name, is_service=False)

    def count_subscribers(self, topic_name: str) -> int:
        return self.__count(EntityKind.SUBSCRIPTION, topic_name, is_service=False)

    def count_clients(self, service_name: str) -> int:
        return self.__count(EntityKind.CLIENT, service_name, is_service=True)

    def count_services(self, service_name: str) -> int:
        return self.__count(EntityKind.SERVICE, service_name, is_service=True)

    def __full_name(self, name: str, *, is_service: bool) -> str:
        full_name = expand_topic_name(name, self.handle.get_node_name(), self.handle.get_namespace())
        validate_full_topic_name(full_name, is_service=is_service)
        return full_name

    def __count(self, kind: EntityKind, name: str, *, is_service: bool) -> int:
        with self.handle:
            return self.handle.count(kind, self.__full_name(name, is_service=is_service))

    def get_publishers_info_by_topic(self, topic_name: str, no_mangle: bool = False) -> list[TopicEndpointInfo]:
        return self.__info(EntityKind.PUBLISHER, topic_name, no_mangle)

    def get_subscriptions_info_by_topic(self, topic_name: str, no_mangle: bool = False) -> list[TopicEndpointInfo]:
        return self.__info(EntityKind.SUBSCRIPTION, topic_name, no_mangle)

    def __info(self, kind: EntityKind, topic_name: str, no_mangle: bool) -> list[TopicEndpointInfo]:
        with self.handle:
            name = topic_name
            if not no_mangle:
                name = self.handle.resolve_name(topic_name)
            return [_endpoint_info(entity) for entity in self.handle.endpoints(kind, name)]

    def wait_for_node(self, fully_qualified_node_name: str, timeout: float) -> bool:
        """True as soon as the node is in the graph; False after `timeout` seconds."""
        if not fully_qualified_node_name.startswith("/"):
            fully_qualified_node_name = f"/{fully_qualified_node_name}"
        return wait_for_graph(
            self.context, lambda: fully_qualified_node_name in self.get_fully_qualified_node_names(), timeout
        )


def _endpoint_info(entity: Entity) -> TopicEndpointInfo:
    is_publisher = entity.kind is EntityKind.PUBLISHER
    return TopicEndpointInfo(
        node_name=entity.node_name,
        node_namespace=entity.namespace,
        topic_type=entity.ros_type,
        topic_type_hash=TypeHash._from_text(entity.type_hash),
        endpoint_type=TopicEndpointTypeEnum.PUBLISHER if is_publisher else TopicEndpointTypeEnum.SUBSCRIPTION,
        endpoint_gid=list(entity.gid),
        qos_profile=_profile(entity.qos),
    )


def _profile(qos: Qos) -> QoSProfile:
    return QoSProfile(
        history=qos.history,
        depth=qos.depth,
        reliability=qos.reliability,
        durability=qos.durability,
        lifespan=Duration(nanoseconds=qos.lifespan_ns),
        deadline=Duration(nanoseconds=qos.deadline_ns),
        liveliness=qos.liveliness,
        liveliness_lease_duration=Duration(nanoseconds=qos.lease_ns),
    )
