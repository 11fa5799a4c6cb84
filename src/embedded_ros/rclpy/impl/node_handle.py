"""What is behind a node: its resolved name, its token, its /rosout, and its view of the graph."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING

from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.qos import TRANSIENT_LOCAL, Qos
from rclpy.impl import log_output
from rclpy.impl.arguments import Arguments, parse_arguments
from rclpy.impl.context_handle import ContextHandle
from rclpy.impl.errors import NodeNameNonExistentError, RCLError, UnknownROSArgsError
from rclpy.impl.handle import Handle
from rclpy.impl.log_severity import WARN
from rclpy.impl.names import expand, join

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.impl.endpoints import PublisherHandle
    from rclpy.impl.parameter_files import Value

NamesAndTypes = list[tuple[str, list[str]]]

_ROSOUT_LIFESPAN_NS = 10 * 1_000_000_000
_ROSOUT_QOS = Qos(durability=TRANSIENT_LOCAL, depth=1000, lifespan_ns=_ROSOUT_LIFESPAN_NS)

_on_rosout: weakref.WeakValueDictionary[tuple[str, str], NodeHandle] = weakref.WeakValueDictionary()
"""By session and logger: the node that publishes on /rosout what the logger says."""


class ExecutorWaker:
    """Wakes the executor that a node is in at the moment; holds no node, so that none is kept alive by Zenoh."""

    def __init__(self) -> None:
        self.executor: weakref.ReferenceType[Executor] | None = None

    def __call__(self, cause: int = 0, is_urgent: bool = False) -> None:
        """See `Waker.wake`."""
        executor = self.executor() if self.executor is not None else None
        if executor is not None:
            executor._waker.wake(cause, is_urgent)


class NodeHandle(Handle):
    """A node of the graph. Raises InvalidNodeNameException or InvalidNamespaceException for bad names."""

    def __init__(
        self,
        name: str,
        namespace: str,
        context: ContextHandle,
        cli_args: list[str] | None,
        use_global_arguments: bool,
        enable_rosout: bool,
    ) -> None:
        super().__init__()
        self.context = context
        self._local = parse_arguments(cli_args or [])
        if self._local.unknown_ros_args:
            raise UnknownROSArgsError(f"Found unknown ROS arguments: {list(self._local.unknown_ros_args)}")
        self._uses_global = use_global_arguments
        self.name = self._remap_node("node", name) or name
        self.namespace = self._remap_node("namespace", self.name) or namespace
        _check_names(self.name, self.namespace)
        self.waker = ExecutorWaker()
        self.entity: Entity = context.session.new_node(self.namespace, self.name)
        context.session.announce(self.entity)
        self._rosout: PublisherHandle | None = None
        if enable_rosout and all(arguments.is_on("rosout-logs") for arguments in self._sources()):
            self._start_rosout()

    def _sources(self) -> Iterator[Arguments]:
        """Arguments in the order in which they are asked: the node's own first."""
        yield self._local
        if self._uses_global:
            yield self.context.arguments

    def _remap_node(self, kind: str, name: str) -> str | None:
        for arguments in self._sources():
            found = arguments.remap_node(kind, name)
            if found is not None:
                return found
        return None

    def resolve_name(self, name: str, *, only_expand: bool = False, is_service: bool = False) -> str:
        """Absolute, remapped name of a topic or service. Raises ValueError for an invalid one."""
        full_name = expand(name, self.name, self.namespace)
        if only_expand:
            return full_name
        for arguments in self._sources():
            found = arguments.remap_name(full_name, self.name, self.namespace, is_service=is_service)
            if found is not None:
                return found
        return full_name

    def parameter_overrides(self) -> dict[str, Value]:
        """Values from the command line; the node's own arguments win over the process's."""
        sources = [arguments for arguments in self._sources() if arguments.parameter_rules]
        if not sources:
            return {}
        from rclpy.impl.parameter_files import overrides_for  # needs YAML, which is slow to import

        return overrides_for(self.name, self.namespace, reversed(sources))

    def get_fully_qualified_name(self) -> str:
        return join(self.namespace, self.name)

    def get_node_name(self) -> str:
        return self.name

    def get_namespace(self) -> str:
        return self.namespace

    def logger_name(self) -> str:
        return self.get_fully_qualified_name().strip("/").replace("/", ".")

    def _start_rosout(self) -> None:
        from rcl_interfaces.msg import Log

        from rclpy.impl.endpoints import PublisherHandle

        own = (self.entity.zid, self.logger_name())
        if own in _on_rosout:
            log_output.log(
                WARN,
                "rcl.logging_rosout",
                f"two nodes of this process are named '{self.get_fully_qualified_name()}': the first publishes what "
                "both log on /rosout, until it is destroyed; rename one of them with --ros-args -r __node:=NAME",
            )
            return
        _on_rosout[own] = self
        self._rosout = PublisherHandle(self, Log, "/rosout", _ROSOUT_QOS)
        log_output.add_sink(self._log_to_rosout)

    def _log_to_rosout(self, record: log_output.Record) -> None:
        own = self.logger_name()
        if self._rosout is None or not (record.name == own or record.name.startswith(f"{own}.")):
            return
        from builtin_interfaces.msg import Time
        from rcl_interfaces.msg import Log

        sec, nanosec = divmod(record.time_ns, 1_000_000_000)
        msg = Log(
            stamp=Time(sec=sec, nanosec=nanosec),
            level=record.severity,
            name=record.name,
            msg=record.message,
            file=record.file,
            function=record.function,
            line=record.line,
        )
        try:
            self._rosout.publish(msg)
        except RCLError:
            # Logging goes on after shutdown, on the console alone.
            return

    def _destroy(self) -> None:
        log_output.remove_sink(self._log_to_rosout)
        if self._rosout is not None:
            _on_rosout.pop((self.entity.zid, self.logger_name()), None)
            self._rosout.destroy_when_not_in_use()
        self.context.session.withdraw(self.entity)

    def names_and_types(self, *kinds: EntityKind) -> NamesAndTypes:
        return self.context.session.graph.names_and_types(*kinds)

    def names_and_types_by_node(self, kind: EntityKind, name: str, namespace: str) -> NamesAndTypes:
        """Raises NodeNameNonExistentError."""
        found = self.context.session.graph.names_and_types_by_node(kind, name, namespace)
        if found is None:
            full_name = join(namespace, name)
            raise NodeNameNonExistentError(f"Cannot get {kind.name.lower()}s of nonexistent node '{full_name}'")
        return found

    def get_node_names_and_namespaces(self) -> list[tuple[str, str]]:
        return [(node.node_name, node.namespace) for node in self.context.session.graph.nodes()]

    def get_node_names_and_namespaces_with_enclaves(self) -> list[tuple[str, str, str]]:
        return [(node.node_name, node.namespace, node.enclave) for node in self.context.session.graph.nodes()]

    def count(self, kind: EntityKind, name: str) -> int:
        return self.context.session.graph.count(kind, name)

    def endpoints(self, kind: EntityKind, name: str) -> list[Entity]:
        return self.context.session.graph.endpoints(kind, name)

    def interface_in_use(self, type_hash: str) -> str | None:
        """Name ('pkg/msg/X') of the type with that hash, where an endpoint of this node has it."""
        for entity in self.context.session.graph.entities():
            if entity.type_hash == type_hash and entity.node_key == self.entity.node_key:
                return entity.ros_type
        return None


def _check_names(name: str, namespace: str) -> None:
    from rclpy.validate_namespace import validate_namespace
    from rclpy.validate_node_name import validate_node_name

    validate_node_name(name)
    validate_namespace(namespace)
