import logging

import pytest

from embedded_ros.wire.graph import GraphCache
from embedded_ros.wire.graph_watch import GraphWatch
from embedded_ros.wire.liveliness import Entity, EntityKind
from embedded_ros.wire.throttle import ThrottledWarning

OWN = "a1"
FOREIGN = "b2"
STRING = "std_msgs::msg::dds_::String_"


@pytest.fixture
def graph() -> GraphCache:
    graph = GraphCache()
    graph.add_listener("watch", GraphWatch(graph, OWN))
    return graph


def node(zid: str, name: str = "talker", nid: int = 0) -> Entity:
    return Entity(
        domain=0, zid=zid, nid=nid, eid=nid, kind=EntityKind.NODE, enclave="/", namespace="/ns", node_name=name
    )


def endpoint(
    zid: str, kind: EntityKind, *, dds_type: str = STRING, type_hash: str = "RIHS01_1", name: str = "/chatter"
) -> Entity:
    return Entity(
        domain=0,
        zid=zid,
        nid=0,
        eid=len(kind.name),
        kind=kind,
        enclave="/",
        namespace="/ns",
        node_name=f"node_{zid}",
        name=name,
        dds_type=dds_type,
        type_hash=type_hash,
    )


@pytest.mark.parametrize("zids", [(OWN, FOREIGN), (FOREIGN, OWN)])
def test_a_second_process_with_the_same_node_is_named_once(
    graph: GraphCache, spoken: list[str], zids: tuple[str, str]
) -> None:
    for zid in zids:
        graph.add(node(zid))
    graph.remove(node(FOREIGN).token)
    graph.add(node(FOREIGN))
    assert len(spoken) == 1
    assert spoken[0].startswith("two nodes are named '/ns/talker': one here (Zenoh session a1), one in session b2;")


def test_other_nodes_and_those_of_others_are_no_news(graph: GraphCache, spoken: list[str]) -> None:
    for entity in (node(OWN), node(OWN, nid=1), node(FOREIGN, "listener"), node("c3", "listener")):
        graph.add(entity)
    assert spoken == []


PAIRS = [
    (EntityKind.SUBSCRIPTION, EntityKind.PUBLISHER),
    (EntityKind.PUBLISHER, EntityKind.SUBSCRIPTION),
    (EntityKind.CLIENT, EntityKind.SERVICE),
    (EntityKind.SERVICE, EntityKind.CLIENT),
]


@pytest.mark.parametrize("is_own_first", [True, False])
@pytest.mark.parametrize(("own", "foreign"), PAIRS)
def test_endpoints_whose_hashes_differ_are_told_once_with_both(
    graph: GraphCache, spoken: list[str], own: EntityKind, foreign: EntityKind, is_own_first: bool
) -> None:
    entities = [endpoint(OWN, own), endpoint(FOREIGN, foreign, type_hash="RIHS01_2")]
    for entity in entities if is_own_first else reversed(entities):
        graph.add(entity)
    graph.add(endpoint("c3", foreign, type_hash="RIHS01_2"))
    assert spoken == [
        f"on '/chatter' nothing arrives between two endpoints: {own.name.lower()} of node '/ns/node_a1' has "
        f"std_msgs/msg/String (RIHS01_1), {foreign.name.lower()} of node '/ns/node_b2' has std_msgs/msg/String "
        "(RIHS01_2); build both with the same definition"
    ]


def test_endpoints_whose_types_differ_are_told(graph: GraphCache, spoken: list[str]) -> None:
    graph.add(endpoint(OWN, EntityKind.SUBSCRIPTION))
    graph.add(endpoint(FOREIGN, EntityKind.PUBLISHER, dds_type="std_msgs::msg::dds_::Int32_"))
    assert len(spoken) == 1
    assert "std_msgs/msg/Int32" in spoken[0]
    assert spoken[0].endswith("give both the same interface")


def test_an_endpoint_of_humble_is_told_as_such(graph: GraphCache, spoken: list[str]) -> None:
    graph.add(endpoint(OWN, EntityKind.SUBSCRIPTION))
    graph.add(endpoint(FOREIGN, EntityKind.PUBLISHER, type_hash="TypeHashNotSupported"))
    assert spoken[0].endswith("ROS 2 before Iron has no type hashes, and can't be in one graph with this one")


def test_equal_endpoints_other_names_and_strangers_are_no_news(graph: GraphCache, spoken: list[str]) -> None:
    graph.add(endpoint(OWN, EntityKind.SUBSCRIPTION))
    graph.add(endpoint(FOREIGN, EntityKind.PUBLISHER))
    graph.add(endpoint(FOREIGN, EntityKind.PUBLISHER, name="/other", type_hash="RIHS01_2"))
    graph.add(endpoint("c3", EntityKind.SUBSCRIPTION, name="/other"))
    assert spoken == []


def test_malformed_tokens_are_told_once_in_a_while(graph: GraphCache, spoken: list[str]) -> None:
    for number in range(100):
        graph.put(f"@ros2_lv/0/{number}")
    assert len(spoken) == 1
    assert spoken[0].startswith("ignored a liveliness token: '@ros2_lv/0/0'")


def test_a_throttled_warning_says_how_often_it_was_held_back(
    spoken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [100.0]
    monkeypatch.setattr("embedded_ros.wire.throttle.time.monotonic", lambda: now_s[0])
    warn = ThrottledWarning(logging.getLogger("rmw_zenoh_cpp"))
    for step_s in (0.0, 1.0, 2.0, 8.0):
        now_s[0] += step_s
        warn("bad %s", "thing")
    assert spoken == ["bad thing", "bad thing (2 more since the last such line)"]
