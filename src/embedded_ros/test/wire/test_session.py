import time
from types import SimpleNamespace
from typing import Any

import pytest
import zenoh

from embedded_ros.wire.connect import open_zenoh
from embedded_ros.wire.session import WireSession

from .conftest import DOMAIN

WAIT_S = 30.0
NODE = f"@ros2_lv/{DOMAIN}/{{zid}}/0/0/NN/%/%/{{name}}"


def test_the_graph_is_whole_when_a_session_is_open(own_router: str, peer: zenoh.Session) -> None:
    names = [f"node{number:03}" for number in range(100)]
    tokens = [peer.liveliness().declare_token(NODE.format(zid=peer.zid(), name=name)) for name in names]
    with open_zenoh() as witness:
        deadline_s = time.monotonic() + WAIT_S
        while len(list(witness.liveliness().get(f"@ros2_lv/{DOMAIN}/**"))) < len(names):
            assert time.monotonic() < deadline_s
    session = WireSession(open_zenoh(), DOMAIN, "/")
    assert sorted(node.node_name for node in session.graph.nodes()) == names
    session.close()
    for token in tokens:
        token.undeclare()  # type: ignore[no-untyped-call]


class Interrupted:
    """A Zenoh session during whose liveliness query something happens."""

    def __init__(self, session: zenoh.Session, event: Any) -> None:
        self._session = session
        self._event = event

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def liveliness(self) -> Any:
        liveliness = self._session.liveliness()

        def get(*args: Any, **kwargs: Any) -> Any:
            replies = list(liveliness.get(*args, **kwargs))
            self._event()
            return replies

        return SimpleNamespace(
            get=get, declare_subscriber=liveliness.declare_subscriber, declare_token=liveliness.declare_token
        )


@pytest.mark.usefixtures("own_router")
def test_a_node_that_ends_while_a_session_opens_leaves_no_ghost(peer: zenoh.Session) -> None:
    token = peer.liveliness().declare_token(NODE.format(zid=peer.zid(), name="brief"))
    opened: Any = Interrupted(open_zenoh(), token.undeclare)
    session = WireSession(opened, DOMAIN, "/")
    assert session.graph.wait_for(lambda: not session.graph.nodes(), WAIT_S)
    session.close()
