"""ROS 2 Jazzy's client library for Python, on Zenoh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rclpy.context import Context as Context
from rclpy.signals import SignalHandlerOptions as SignalHandlerOptions
from rclpy.signals import install_signal_handlers, uninstall_signal_handlers
from rclpy.task import Future
from rclpy.utilities import get_default_context
from rclpy.utilities import get_rmw_implementation_identifier as get_rmw_implementation_identifier
from rclpy.utilities import ok as ok
from rclpy.utilities import shutdown as _shutdown
from rclpy.utilities import try_shutdown as try_shutdown

if TYPE_CHECKING:
    from rclpy.executors import Executor
    from rclpy.node import Node
    from rclpy.parameter import Parameter as Parameter

_executor: Executor | None = None


def __getattr__(name: str) -> object:
    if name == "Parameter":
        from rclpy.parameter import Parameter

        return Parameter
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def init(
    *,
    args: list[str] | None = None,
    context: Context | None = None,
    domain_id: int | None = None,
    signal_handler_options: SignalHandlerOptions | None = None,
) -> None:
    """Open the session; for the default context, SIGINT and SIGTERM will end it."""
    context = get_default_context() if context is None else context
    if signal_handler_options is None:
        is_default = context is get_default_context()
        signal_handler_options = SignalHandlerOptions.ALL if is_default else SignalHandlerOptions.NO
    context.init(args, domain_id=domain_id)
    install_signal_handlers(signal_handler_options)


def get_global_executor() -> Executor:
    """The executor of `spin` and its kin where none is given."""
    global _executor
    if _executor is not None:
        return _executor
    from rclpy.executors import SingleThreadedExecutor

    _executor = executor = SingleThreadedExecutor()
    # Where a signal has already ended the context this resets at once; the caller still gets an executor.
    get_default_context().on_shutdown(_reset_executor)
    return executor


def _reset_executor() -> None:
    global _executor
    if _executor is not None:
        _executor.shutdown()
        _executor = None


def shutdown(*, context: Context | None = None, uninstall_handlers: bool | None = None) -> None:
    """Close the session; raises RCLError where it was shut down already (see `try_shutdown`)."""
    _shutdown(context=context)
    if uninstall_handlers or (uninstall_handlers is None and context in (None, get_default_context())):
        uninstall_signal_handlers()


def create_node(
    node_name: str,
    *,
    context: Context | None = None,
    cli_args: list[str] | None = None,
    namespace: str | None = None,
    use_global_arguments: bool = True,
    enable_rosout: bool = True,
    start_parameter_services: bool = True,
    parameter_overrides: list[Parameter] | None = None,
    allow_undeclared_parameters: bool = False,
    automatically_declare_parameters_from_overrides: bool = False,
    enable_logger_service: bool = False,
) -> Node:
    """A Node with these arguments."""
    from rclpy.node import Node

    return Node(
        node_name,
        context=context,
        cli_args=cli_args,
        namespace=namespace,
        use_global_arguments=use_global_arguments,
        enable_rosout=enable_rosout,
        start_parameter_services=start_parameter_services,
        parameter_overrides=parameter_overrides,
        allow_undeclared_parameters=allow_undeclared_parameters,
        automatically_declare_parameters_from_overrides=automatically_declare_parameters_from_overrides,
        enable_logger_service=enable_logger_service,
    )


def spin_once(node: Node, *, executor: Executor | None = None, timeout_sec: float | None = None) -> None:
    """Run one callback of the node, or wait until `timeout_sec` is over."""
    executor = get_global_executor() if executor is None else executor
    try:
        executor.add_node(node)
        executor.spin_once(timeout_sec=timeout_sec)
    finally:
        executor.remove_node(node)


def spin(node: Node, executor: Executor | None = None) -> None:
    """Run the node's callbacks until shutdown.

    Raises ExternalShutdownException when the context is shut down from elsewhere meanwhile, by SIGTERM for one.
    """
    executor = get_global_executor() if executor is None else executor
    try:
        executor.add_node(node)
        executor.spin()
    finally:
        executor.remove_node(node)


def spin_until_future_complete(
    node: Node, future: Future, executor: Executor | None = None, timeout_sec: float | None = None
) -> None:
    """Run the node's callbacks until the future is done, or `timeout_sec` is over."""
    executor = get_global_executor() if executor is None else executor
    was_added = False
    try:
        was_added = executor.add_node(node)
        executor.spin_until_future_complete(future, timeout_sec)
    finally:
        if was_added:
            executor.remove_node(node)
