"""Substitutions about ROS packages."""

from embedded_ros.absent import module_getattr

from .executable_in_package import ExecutableInPackage
from .find_package import FindPackage, FindPackagePrefix, FindPackageShare

__all__ = ["ExecutableInPackage", "FindPackage", "FindPackagePrefix", "FindPackageShare"]

__getattr__ = module_getattr(__name__, frozenset({"Parameter"}))
