"""Reads launch files in XML."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, TextIO

from launch import frontend

from .entity import Entity

if TYPE_CHECKING:
    from launch.utilities.typing_file_path import FilePath


class Parser(frontend.Parser):
    """Elements are tags, their attributes are the tags' attributes."""

    @classmethod
    def load(cls, file: FilePath | TextIO) -> tuple[Entity, Parser]:
        """Root element of a file; ParseError if it is no XML."""
        # A launch file starts any program that it names: there is nothing that hostile XML could add.
        root = ET.parse(file).getroot()  # noqa: S314
        return Entity(root), cls()

    @classmethod
    def get_file_extensions(cls) -> set[str]:
        """Extensions, without leading dot, that this parser is for."""
        return {"launch.xml", "xml", "launch"}
