"""Actions for launch descriptions of tests."""

from embedded_ros.absent import module_getattr

from .ready import ReadyToTest

__all__ = ["ReadyToTest"]

__getattr__ = module_getattr(__name__, frozenset({"GTest", "PyTest", "Test"}))
