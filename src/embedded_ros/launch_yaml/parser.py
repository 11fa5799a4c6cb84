"""Reads launch files in YAML."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

import yaml

from launch import frontend

from .entity import Entity

if TYPE_CHECKING:
    from launch.utilities.typing_file_path import FilePath


class Parser(frontend.Parser):
    """Elements are mappings with one key, the element's type."""

    @classmethod
    def load(cls, file: FilePath | TextIO) -> tuple[Entity, Parser]:
        """Root element of a file; RuntimeError unless there is one, YAMLError if it is no YAML."""
        if isinstance(file, str | bytes | os.PathLike):
            with open(file, encoding="utf-8") as opened:  # noqa: PTH123
                tree = yaml.safe_load(opened)
        else:
            tree = yaml.safe_load(file)
        if not isinstance(tree, dict) or len(tree) != 1:
            raise RuntimeError("Expected only one root, a mapping with the key 'launch'")
        ((type_name, element),) = tree.items()
        return Entity(element, type_name), cls()

    @classmethod
    def get_file_extensions(cls) -> set[str]:
        """Extensions, without leading dot, that this parser is for."""
        return {"launch.yaml", "launch.yml", "yaml", "yml", "launch"}
