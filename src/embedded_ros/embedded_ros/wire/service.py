"""Server and client of a service: a complete queryable, and queries to all complete queryables."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import zenoh

from embedded_ros.wire import attachment
from embedded_ros.wire.direct import direct
from embedded_ros.wire.errors import InvalidAttachmentError, InvalidRequestError, SessionClosedError, reason
from embedded_ros.wire.liveliness import Entity
from embedded_ros.wire.session import WireSession
from embedded_ros.wire.throttle import ThrottledWarning

_LOG = logging.getLogger("rmw_zenoh_cpp")
_GET_RESULT = "/_action/get_result"
# The server of an action holds the query until the goal ends, which may take a day. All other services take the
# configuration's `queries_default_timeout`.
_UNLIMITED_S = 1e9


class Request(NamedTuple):
    """A request as it came. `attachment` names the client (GID) and its sequence number."""

    payload: bytes
    attachment: attachment.Attachment
    received_time_ns: int


class WireService:
    """Declares the queryable and its token. `on_ready` is called on a Zenoh thread after each request."""

    def __init__(self, session: WireSession, entity: Entity, on_ready: Callable[[], None]) -> None:
        self.entity = entity
        self._session = session
        self.on_ready = on_ready
        self._requests: deque[Request] = deque()
        self._queries: dict[tuple[bytes, int], zenoh.Query] = {}
        self._lock = threading.Lock()
        self._warn_of_garbage = ThrottledWarning(_LOG)
        self._warn_of_overflow = ThrottledWarning(_LOG)
        self._queryable = session.zenoh.declare_queryable(entity.data_key, direct(self._on_query), complete=True)
        session.announce(entity)

    def _on_query(self, query: zenoh.Query) -> None:
        try:
            request = _request_of(query)
        except (InvalidAttachmentError, InvalidRequestError) as error:
            self._warn_of_garbage("ignored a query on '%s' that is no ROS request: %s", self.entity.name, error)
            query.drop()  # type: ignore[no-untyped-call]
            return
        key = (request.attachment.gid, request.attachment.sequence)
        with self._lock:
            if key in self._queries:
                query.drop()  # type: ignore[no-untyped-call]
                return
            self._queries[key] = query
            self._requests.append(request)
            overflow = self._drop_oldest()
        if overflow is not None:
            depth = self.entity.qos.depth
            self._warn_of_overflow("dropped the oldest request on '%s': its queue holds %d", self.entity.name, depth)
            overflow.drop()  # type: ignore[no-untyped-call]
        self.on_ready()

    def _drop_oldest(self) -> zenoh.Query | None:
        depth = self.entity.qos.queue_depth
        if depth is None or len(self._requests) <= depth:
            return None
        oldest = self._requests.popleft().attachment
        return self._queries.pop((oldest.gid, oldest.sequence), None)

    @property
    def is_ready(self) -> bool:
        """True where `take` has something to take."""
        return bool(self._requests)

    def take(self) -> Request | None:
        """The oldest request, or None; its query stays open until `reply`."""
        try:
            return self._requests.popleft()
        except IndexError:
            return None

    def reply(self, gid: bytes, sequence: int, payload: bytes) -> bool:
        """Answer the request of that client and number. False where it is unknown or already answered."""
        with self._lock:
            query = self._queries.pop((gid, sequence), None)
        if query is None:
            return False
        with query:
            query.reply(self.entity.data_key, payload, attachment=attachment.pack(sequence, time.time_ns(), gid))
        return True

    def refuse(self, gid: bytes, sequence: int) -> None:
        """End that request without an answer, so that its client's query does not stay open."""
        with self._lock:
            query = self._queries.pop((gid, sequence), None)
        if query is not None:
            query.drop()  # type: ignore[no-untyped-call]

    def undeclare(self) -> None:
        """Leave the graph, then the network; open requests end without an answer."""
        self._session.withdraw(self.entity)
        with self._lock:
            queries = list(self._queries.values())
            self._queries.clear()
            self._requests.clear()
        if self._session.is_open:
            for query in queries:
                query.drop()  # type: ignore[no-untyped-call]
            self._queryable.undeclare()  # type: ignore[no-untyped-call]


def _request_of(query: zenoh.Query) -> Request:
    payload = b"" if query.payload is None else query.payload.to_bytes()
    if not payload or query.attachment is None:
        raise InvalidRequestError("it has no payload" if not payload else "it has no attachment")
    found = attachment.unpack(query.attachment.to_bytes())
    if found.sequence < 0 or found.source_time_ns < 0:
        raise InvalidRequestError(f"its number {found.sequence} or its time {found.source_time_ns} ns is negative")
    return Request(payload, found, time.time_ns())


class WireClient:
    """Declares the querier and its token. `on_ready` is called on a Zenoh thread after each response."""

    def __init__(self, session: WireSession, entity: Entity, on_ready: Callable[[], None]) -> None:
        self.entity = entity
        self._session = session
        self._on_ready = on_ready
        self._sequence = 0
        self._lock = threading.Lock()
        self._responses: deque[Request] = deque(maxlen=entity.qos.queue_depth)
        self._warn = ThrottledWarning(_LOG)
        self._querier = session.zenoh.declare_querier(
            entity.data_key,
            target=zenoh.QueryTarget.ALL_COMPLETE,
            consolidation=zenoh.ConsolidationMode.NONE,
            timeout=_UNLIMITED_S if entity.name.endswith(_GET_RESULT) else None,
        )
        session.announce(entity)

    def send(self, payload: bytes) -> int:
        """Send a request; its sequence number, which the response will carry. Raises SessionClosedError."""
        with self._lock:
            self._sequence += 1
            sequence = self._sequence
            data = attachment.pack(sequence, time.time_ns(), self.entity.gid)
            try:
                self._querier.get(direct(self._on_reply), payload=payload, attachment=data)
            except zenoh.ZError as error:
                raise SessionClosedError(f"no request sent on '{self.entity.name}': {reason(error)}") from error
        return sequence

    def _on_reply(self, reply: zenoh.Reply) -> None:
        # ROS has no error reply: whoever waits for the response goes on waiting, as with rmw_zenoh_cpp.
        sample = reply.ok
        if sample is None:
            error = reply.err.payload.to_bytes() if reply.err is not None else b""
            self._warn(
                "a request on '%s' ended without a response: %s", self.entity.name, error.decode(errors="replace")
            )
            return
        try:
            found = attachment.unpack(b"" if sample.attachment is None else sample.attachment.to_bytes())
        except InvalidAttachmentError as malformed:
            self._warn("ignored a response on '%s': %s", self.entity.name, malformed)
            return
        self._responses.append(Request(sample.payload.to_bytes(), found, time.time_ns()))
        self._on_ready()

    @property
    def is_ready(self) -> bool:
        """True where `take` has something to take."""
        return bool(self._responses)

    def take(self) -> Request | None:
        """The oldest response, or None."""
        try:
            return self._responses.popleft()
        except IndexError:
            return None

    def server_is_available(self) -> bool:
        """True where a server of this name and type is in the graph."""
        return self._session.graph.has_server(self.entity.name, self.entity.dds_type)

    def undeclare(self) -> None:
        """Leave the graph, then the network; responses to come are lost."""
        self._session.withdraw(self.entity)
        if self._session.is_open:
            self._querier.undeclare()  # type: ignore[no-untyped-call]
        self._responses.clear()
