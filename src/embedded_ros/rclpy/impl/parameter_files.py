"""Parameter values from YAML text and files, with rcl's rules for types and node patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from rclpy.impl.arguments import Arguments, ParameterRule
from rclpy.impl.errors import RCLError
from rclpy.impl.names import join

Value = bool | int | float | str | list[bool] | list[int] | list[float] | list[str]

_TRUE = ("Y", "y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("N", "n", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_INT = re.compile(r"[-+]?(0x[0-9a-fA-F]+|[0-9]+)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?(inf|nan)")
_PARAMETERS = "ros__parameters"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_value(text: str) -> Value:
    """A value as after `-p name:=`. Raises RCLError where it is no scalar or list of one type."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        # `:` or `{` in plain text, such as a URL; taken as it is.
        return text
    if node is None:
        return text
    return _value(node, text)


def _value(node: yaml.Node, where: str) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return _sequence(node, where)
    raise RCLError(f"{where}: a parameter value is a scalar or a list, not a mapping")


def _scalar(node: yaml.ScalarNode) -> bool | int | float | str:
    # Quoted text is a string whatever it looks like.
    return str(node.value) if node.style else _plain(str(node.value))


def _plain(text: str) -> bool | int | float | str:
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text, 16) if "x" in text.lower() else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _sequence(node: yaml.SequenceNode, where: str) -> Value:
    items = [_value(item, where) for item in node.value]
    kinds = {type(item) for item in items}
    if list in kinds:
        raise RCLError(f"{where}: a list of lists is no parameter value")
    if len(kinds) > 1:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise RCLError(f"{where}: a list must hold one type, not {names}; write 1.0 for a number among floats")
    return items  # type: ignore[return-value]


def overrides_for(node_name: str, namespace: str, sources: Iterable[Arguments]) -> dict[str, Value]:
    """Parameter values for one node; what stands later wins. Raises RCLError for files that cannot be read."""
    full_name = join(namespace, node_name)
    rules = (rule for arguments in sources for rule in arguments.parameter_rules)
    entries = (entry for rule in rules for entry in _entries(rule))
    return {name: value for pattern, name, value in entries if _matches(pattern, full_name)}


def check_rules(arguments: Arguments) -> None:
    """Raises RCLError for a value or file that cannot be read: rcl reads them at init, before there is a node."""
    for rule in arguments.parameter_rules:
        for _ in _entries(rule):
            pass


def _entries(rule: ParameterRule) -> Iterator[tuple[str, str, Value]]:
    if rule.path:
        yield from _file_entries(rule.path)
    else:
        yield rule.node, rule.name, parse_value(rule.text)


def _matches(pattern: str, full_name: str) -> bool:
    """`/*` is one token, `/**` any number of them, also none."""
    if not pattern.startswith("/"):
        pattern = f"/{pattern}"
    parts = re.split(r"(/\*\*|/\*)", pattern)
    regex = "".join({"/**": r"(/\w+)*", "/*": r"/\w+"}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(regex, full_name) is not None


def _file_entries(path: str) -> Iterator[tuple[str, str, Value]]:
    try:
        # The file, not its text: errors then name it, with line and column.
        with Path(path).open("rb") as file:
            root = yaml.compose(file, Loader=_LOADER)
    except OSError as error:
        raise RCLError(f"parameter file '{path}' cannot be read: {error.strerror}; check --params-file") from error
    except yaml.YAMLError as error:
        raise RCLError(f"parameter file '{path}' is not YAML: {' '.join(str(error).split())}") from error
    if root is not None:
        yield from _node_entries(root, "", path)


def _node_entries(node: yaml.Node, prefix: str, path: str) -> Iterator[tuple[str, str, Value]]:
    """Walk namespaces and node names down to `ros__parameters`."""
    for key, value in _mapping(node, prefix or "/", path):
        if key == _PARAMETERS:
            for name, parameter in _parameters(value, "", path):
                yield prefix, name, parameter
        else:
            yield from _node_entries(value, f"{prefix}/{key.strip('/')}", path)


def _parameters(node: yaml.Node, prefix: str, path: str) -> Iterator[tuple[str, Value]]:
    for key, value in _mapping(node, prefix or _PARAMETERS, path):
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(value, yaml.MappingNode):
            yield from _parameters(value, name, path)
        else:
            yield name, _value(value, f"parameter file '{path}': {name}")


def _mapping(node: yaml.Node, where: str, path: str) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.ScalarNode) and not node.value:
        return
    if not isinstance(node, yaml.MappingNode):
        raise RCLError(f"parameter file '{path}': '{where}' must hold names with values below, down to {_PARAMETERS}")
    for key, value in node.value:
        yield str(key.value), value
