"""Tests of launched processes: a fixture launches them, marked tests run beside them, and after them."""

from . import actions, tools
from .fixture import fixture

__all__ = ["actions", "fixture", "tools"]
