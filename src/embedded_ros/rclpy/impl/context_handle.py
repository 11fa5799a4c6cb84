"""What is behind a context: arguments, middleware session, validity."""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Callable, Sequence

from rclpy.impl import log_file, log_output
from rclpy.impl.arguments import Arguments, parse_arguments
from rclpy.impl.errors import RCLError, UnknownROSArgsError
from rclpy.impl.handle import Handle
from rclpy.impl.parameter_files import check_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from embedded_ros.wire.session import WireSession

_open_contexts: weakref.WeakSet[ContextHandle] = weakref.WeakSet()


class ContextHandle(Handle):
    """An open session. Invalid as soon as shutdown begins; the session itself is closed right after."""

    def __init__(self, args: Sequence[str], domain_id: int | None, initialize_logging: bool) -> None:
        super().__init__()
        for arg in args:
            # Names cross the wire as UTF-8: undecodable bytes of the command line are refused here, as in Jazzy.
            arg.encode()
        self.arguments: Arguments = parse_arguments(args)
        if self.arguments.unknown_ros_args:
            raise UnknownROSArgsError(
                f"Found unknown ROS arguments: {list(self.arguments.unknown_ros_args)}; "
                "known are -r, -p, --params-file, -e, --log-level and the logging switches"
            )
        check_rules(self.arguments)
        self._domain_id = _domain_id() if domain_id is None else domain_id
        if initialize_logging:
            log_output.configure(self.arguments)
        # Zenoh is loaded by the first init, not by the import of rclpy.
        from embedded_ros.wire.session import open_session

        self.session: WireSession = open_session(self._domain_id, self.arguments.enclave)
        if initialize_logging and self.arguments.is_on("external-lib-logs"):
            log_file.join(self, self.arguments.log_file_name)
        self._is_valid = True
        self.end = "its context is shut down"
        self._on_invalid: dict[object, Callable[[], None]] = {}
        _open_contexts.add(self)

    def ok(self) -> bool:
        return self._is_valid

    def get_domain_id(self) -> int:
        return self._domain_id

    def on_invalid(self, owner: object, wake: Callable[[], None] | None) -> None:
        """Have `wake` called when the context becomes invalid, from a signal handler even; None: no more."""
        if wake is None:
            self._on_invalid.pop(owner, None)
        else:
            self._on_invalid[owner] = wake

    def invalidate(self) -> None:
        """Make `ok()` false and wake who waits; takes no lock, so that a signal handler may call it."""
        self._is_valid = False
        for wake in list(self._on_invalid.values()):
            wake()

    def shutdown(self) -> None:
        """Raises RCLError when it is shut down already."""
        if not self._is_valid:
            self.close()
            raise RCLError(
                "failed to shutdown: rcl_shutdown already called on the given context; try_shutdown() allows that"
            )
        self.invalidate()
        self.close()

    def close(self) -> None:
        self.session.close()
        log_file.leave(self)

    def _destroy(self) -> None:
        self._is_valid = False
        self.close()


def invalidate_all() -> None:
    """What a termination signal does: every context of the process is over."""
    for context in list(_open_contexts):
        context.invalidate()


def _after_fork() -> None:
    for context in _open_contexts:
        context._is_valid = False
        context.end = "its context stayed in the process that this one was forked from"


os.register_at_fork(after_in_child=_after_fork)


def _domain_id() -> int:
    text = os.environ.get("ROS_DOMAIN_ID", "") or "0"
    if not text.isdecimal():
        raise RCLError(f"ROS_DOMAIN_ID='{text}' is not a number; set it to 0 … 232 or unset it")
    return int(text)


@atexit.register
def _close_all() -> None:
    # A session that outlives the interpreter would call into it from its own threads.
    for context in list(_open_contexts):
        context.close()
