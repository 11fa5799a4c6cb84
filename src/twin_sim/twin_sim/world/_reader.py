"""YAML with errors that name file, key path, value and way out."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from twin_sim.errors import WorldError


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping; plain YAML keeps the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain name", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} stands twice; rename or remove one", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str, path: Path) -> Node:
    """The document as a node. Raises WorldError with the line of a syntax error or of a key that stands twice."""
    try:
        value = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise WorldError(path, "", f"{where}{error.problem or error.context}; fix the YAML there") from error
    except yaml.YAMLError as error:
        raise WorldError(path, "", f"not YAML: {error}; save the file as UTF-8 text") from error
    return Node(value=value, key="", path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of the document and the key path that leads to it."""

    value: object
    key: str
    path: Path

    def fail(self, problem: str) -> NoReturn:
        """Raise WorldError about this value."""
        raise WorldError(self.path, self.key, problem)

    def mapping(self, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Node]:
        """Entries of a mapping with a fixed set of keys."""
        entries = self.names()
        known = required + optional
        for name, node in entries.items():
            if name not in known:
                node.fail(f"unknown key; known here: {', '.join(known)}")
        for name in required:
            if name not in entries:
                self.fail(f"key {name!r} is missing; add it (needed here: {', '.join(required)})")
        return entries

    def names(self) -> dict[str, Node]:
        """Entries of a mapping whose keys are free names."""
        if not isinstance(self.value, dict):
            self.fail(f"{self.value!r} is not a mapping; write `name: value` lines below it")
        for name in self.value:
            if not isinstance(name, str) or not name:
                self.fail(f"key {name!r} is not a name; put it in quotes")
        return {
            name: Node(value=value, key=f"{self.key}.{name}" if self.key else name, path=self.path)
            for name, value in self.value.items()
        }

    def items(self) -> Iterator[Node]:
        """Entries of a list."""
        if not isinstance(self.value, list):
            self.fail(f"{self.value!r} is not a list; write `- …` lines below it")
        for index, value in enumerate(self.value):
            yield Node(value=value, key=f"{self.key}[{index}]", path=self.path)

    def text(self) -> str:
        """A non-empty text."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.fail(f"{self.value!r} is not a text; write one, in quotes if it looks like a number")
        return self.value.strip()

    def number(self) -> float:
        """A finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)) or not math.isfinite(self.value):
            self.fail(f"{self.value!r} is not a number; write one, such as 1.5")
        return float(self.value)

    def positive(self) -> float:
        """A number > 0."""
        number = self.number()
        if number <= 0.0:
            self.fail(f"{number:g} must be > 0 (m)")
        return number

    def numbers(self, count: int, meaning: str) -> list[float]:
        """A list of exactly `count` numbers."""
        nodes = list(self.items())
        if len(nodes) != count:
            self.fail(f"{self.value!r} has {len(nodes)} numbers; {count} are needed: [{meaning}]")
        return [node.number() for node in nodes]
