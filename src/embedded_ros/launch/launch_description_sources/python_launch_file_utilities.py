"""Loading of Python launch files."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription


class InvalidPythonLaunchFileError(Exception):
    """A Python file is no launch file."""


def load_python_launch_file_as_module(python_launch_file_path: str) -> ModuleType:
    """Run the file as a module of its own; nothing is put into sys.modules."""
    loader = SourceFileLoader("python_launch_file", str(python_launch_file_path))
    spec = spec_from_loader(loader.name, loader)
    if spec is None:
        raise InvalidPythonLaunchFileError(f"launch file at '{python_launch_file_path}' can't be loaded as a module")
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def get_launch_description_from_python_launch_file(python_launch_file_path: str) -> LaunchDescription:
    """What the file's `generate_launch_description()` gives; InvalidPythonLaunchFileError if it has none."""
    module = load_python_launch_file_as_module(python_launch_file_path)
    generate = getattr(module, "generate_launch_description", None)
    if generate is None:
        raise InvalidPythonLaunchFileError(
            f"launch file at '{python_launch_file_path}' does not contain the required function "
            "'generate_launch_description()'"
        )
    description: LaunchDescription = generate()
    return description
