"""The parts of launch_testing that launch_pytest builds on."""

from embedded_ros.absent import module_getattr

from . import actions, util

__all__ = ["actions", "util"]

__getattr__ = module_getattr(
    __name__, frozenset({"asserts", "io_handler", "markers", "parametrize", "post_shutdown_test", "tools"})
)
