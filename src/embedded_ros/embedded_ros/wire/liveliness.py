"""Liveliness tokens: the ROS graph, one token an entity."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from embedded_ros.wire import qos as wire_qos
from embedded_ros.wire.errors import InvalidTokenError
from embedded_ros.wire.gid import gid_of
from embedded_ros.wire.keys import DataKey, ros_type
from embedded_ros.wire.qos import Qos

ADMIN_SPACE = "@ros2_lv"
_NODE_CHUNKS = 9
_ENDPOINT_CHUNKS = 13


class EntityKind(StrEnum):
    """Two-letter kinds of tokens."""

    NODE = "NN"
    PUBLISHER = "MP"
    SUBSCRIPTION = "MS"
    SERVICE = "SS"
    CLIENT = "SC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One node or endpoint of the graph. `zid` is the session's id in hex, `nid`/`eid` count up in a session.

    For a node `name`, `dds_type` and `type_hash` are empty and `eid` equals `nid`.
    """

    domain: int
    zid: str
    nid: int
    eid: int
    kind: EntityKind
    enclave: str
    namespace: str
    node_name: str
    name: str = ""
    dds_type: str = ""
    type_hash: str = ""
    qos: Qos = wire_qos.DEFAULT
    token: str = field(init=False, compare=False)
    gid: bytes = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        token = _encode(self)
        object.__setattr__(self, "token", token)
        object.__setattr__(self, "gid", gid_of(token))

    @property
    def data_key(self) -> str:
        """Key expression of its data."""
        return str(DataKey(domain=self.domain, name=self.name, dds_type=self.dds_type, type_hash=self.type_hash))

    @property
    def ros_type(self) -> str:
        """Type name as `pkg/msg/Type`."""
        return ros_type(self.dds_type)

    @property
    def node_path(self) -> str:
        """Fully qualified name of the entity's node."""
        return f"{self.namespace.removesuffix('/')}/{self.node_name}"

    @property
    def node_key(self) -> tuple[str, str, str, int]:
        """Identity of the entity's node: namespace, name, session and node id."""
        return (self.namespace, self.node_name, self.zid, self.nid)


def mangle(name: str) -> str:
    """A name as one chunk of a token."""
    return name.replace("/", "%")


def demangle(chunk: str) -> str:
    """The name in a chunk; a literal `%` has not survived."""
    return chunk.replace("%", "/")


def _encode(entity: Entity) -> str:
    chunks = [
        ADMIN_SPACE,
        str(entity.domain),
        entity.zid,
        str(entity.nid),
        str(entity.eid),
        entity.kind.value,
        mangle(entity.enclave),
        mangle(entity.namespace),
        mangle(entity.node_name),
    ]
    if entity.kind is not EntityKind.NODE:
        chunks += [mangle(entity.name), entity.dds_type, entity.type_hash, wire_qos.encode(entity.qos)]
    return "/".join(chunks)


def parse(token: str) -> Entity:
    """Read a token. Raises InvalidTokenError (form) or InvalidQosError (QoS field)."""
    chunks = token.split("/")
    if len(chunks) < _NODE_CHUNKS or chunks[0] != ADMIN_SPACE or not all(chunks):
        raise InvalidTokenError(f"'{token}' is no liveliness token: needs {_NODE_CHUNKS} chunks, from {ADMIN_SPACE} on")
    try:
        kind = EntityKind(chunks[5])
        domain, nid, eid = int(chunks[1]), int(chunks[3]), int(chunks[4])
    except ValueError as error:
        raise InvalidTokenError(f"liveliness token '{token}': {error}") from error
    if kind is not EntityKind.NODE and len(chunks) < _ENDPOINT_CHUNKS:
        raise InvalidTokenError(f"'{token}' has {len(chunks)} chunks; a {kind.value} token needs {_ENDPOINT_CHUNKS}")
    is_node = kind is EntityKind.NODE
    return Entity(
        domain=domain,
        zid=chunks[2],
        nid=nid,
        eid=eid,
        kind=kind,
        enclave=demangle(chunks[6]),
        namespace=demangle(chunks[7]),
        node_name=demangle(chunks[8]),
        name="" if is_node else demangle(chunks[9]),
        dds_type="" if is_node else chunks[10],
        type_hash="" if is_node else chunks[11],
        qos=wire_qos.DEFAULT if is_node else wire_qos.decode(chunks[12]),
    )


def graph_key(domain: int) -> str:
    """Key expression of every token of a ROS domain."""
    return f"{ADMIN_SPACE}/{domain}/**"
