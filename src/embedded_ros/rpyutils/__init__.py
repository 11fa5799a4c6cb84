"""Helpers of ROS 2's Python packages for shared libraries, in the part that means something without them."""

from embedded_ros.absent import module_getattr
from rpyutils.add_dll_directories import add_dll_directories_from_env

__all__ = ["add_dll_directories_from_env"]

__getattr__ = module_getattr("rpyutils", frozenset({"import_c_library"}))
