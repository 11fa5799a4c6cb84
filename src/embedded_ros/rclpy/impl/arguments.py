"""ROS command line arguments: `--ros-args -r from:=to -p name:=value --params-file F --log-level L …`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rclpy.impl.errors import RCLInvalidROSArgsError
from rclpy.impl.log_severity import severity_from_text
from rclpy.impl.names import expand, node_name_problem, topic_name_problem

ROS_ARGS = "--ros-args"
END_OF_ROS_ARGS = "--"
ANY_NODE = "/**"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemapRule:
    """`node:match:=replacement`. `kind` is `topic`, `service`, `name` (topic or service), `node` or `namespace`."""

    node: str | None
    kind: str
    match: str
    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRule:
    """`-p node:name:=value` (`text`, YAML), or a whole parameter file (`path`); in the order of the arguments."""

    node: str = ANY_NODE
    name: str = ""
    text: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What the arguments say; `unparsed` are those that are not ROS's."""

    remap_rules: tuple[RemapRule, ...] = ()
    parameter_rules: tuple[ParameterRule, ...] = ()
    log_level: int | None = None
    logger_levels: tuple[tuple[str, int], ...] = ()
    log_file_name: str = ""
    log_config_file: str = ""
    enclave: str = "/"
    switches: dict[str, bool] = field(default_factory=dict)
    unparsed: tuple[str, ...] = ()
    unknown_ros_args: tuple[str, ...] = ()

    def is_on(self, switch: str) -> bool:
        """`stdout-logs`, `rosout-logs` or `external-lib-logs`; each is on unless disabled."""
        return self.switches.get(switch, True)

    def remap_name(self, name: str, node_name: str, namespace: str, *, is_service: bool) -> str | None:
        """The replacement for an absolute name by the first rule that fits, or None."""
        kinds = ("name", "service" if is_service else "topic")
        for rule in self.remap_rules:
            if rule.kind not in kinds or rule.node not in (None, node_name):
                continue
            if expand(rule.match, node_name, namespace) == name:
                return expand(rule.replacement, node_name, namespace)
        return None

    def remap_node(self, kind: str, node_name: str) -> str | None:
        """The node name (`kind='node'`) or namespace (`'namespace'`) that the arguments give, or None."""
        for rule in self.remap_rules:
            if rule.kind == kind and rule.node in (None, node_name):
                return rule.replacement
        return None


def parse_arguments(args: Sequence[str]) -> Arguments:
    """Read a command line. Raises RCLInvalidROSArgsError; unknown ROS arguments are listed, not raised."""
    result = Arguments()
    unparsed: list[str] = []
    unknown: list[str] = []
    index, in_ros_args = 0, False
    while index < len(args):
        arg = args[index]
        index += 1
        if not in_ros_args:
            in_ros_args = arg == ROS_ARGS
            if not in_ros_args:
                unparsed.append(arg)
            continue
        if arg == END_OF_ROS_ARGS:
            in_ros_args = False
        elif arg in _OPTIONS:
            if index >= len(args):
                raise _invalid(f"ROS argument '{arg}' needs a value after it")
            result = _OPTIONS[arg](result, args[index])
            index += 1
        elif arg.startswith(("--enable-", "--disable-")) and arg.split("-", 3)[3] in _SWITCHES:
            switch = arg.split("-", 3)[3]
            result = replace(result, switches={**result.switches, switch: arg.startswith("--enable-")})
        elif arg != ROS_ARGS:
            if not _accepts_bare_remap(arg):
                unknown.append(arg)
            else:
                result = _add_remap(result, arg)
    return replace(result, unparsed=tuple(unparsed), unknown_ros_args=tuple(unknown))


def _invalid(problem: str) -> RCLInvalidROSArgsError:
    return RCLInvalidROSArgsError(f"Failed to parse ROS arguments: {problem}")


_SWITCHES = ("stdout-logs", "rosout-logs", "external-lib-logs")


def _accepts_bare_remap(arg: str) -> bool:
    # `from:=to` without -r is deprecated and still read.
    return ":=" in arg and not arg.startswith("-")


def _split_rule(option: str, text: str) -> tuple[str, str]:
    left, separator, right = text.partition(":=")
    if not separator or not left:
        raise _invalid(f"ROS argument '{option} {text}': write {option} name:=value")
    return left, right


def _split_node(left: str) -> tuple[str | None, str]:
    node, separator, rest = left.partition(":")
    if not separator or rest.startswith("//"):
        return None, left
    return node, rest


def _add_remap(arguments: Arguments, text: str) -> Arguments:
    left, replacement = _split_rule("-r", text)
    node, match = _split_node(left)
    if node is not None and node_name_problem(node):
        raise _invalid(f"remap rule '{text}': '{node}' is no node name")
    kind = "name"
    if match in ("__node", "__name"):
        kind = "node"
    elif match == "__ns":
        kind = "namespace"
    else:
        for scheme, scheme_kind in (("rostopic://", "topic"), ("rosservice://", "service")):
            if match.startswith(scheme):
                kind, match = scheme_kind, match.removeprefix(scheme)
        for name in (match, replacement):
            problem = topic_name_problem(name)
            if problem:
                raise _invalid(f"remap rule '{text}': '{name}': {problem[0]}")
    rule = RemapRule(node=node, kind=kind, match=match, replacement=replacement)
    return replace(arguments, remap_rules=(*arguments.remap_rules, rule))


def _add_parameter(arguments: Arguments, text: str) -> Arguments:
    left, value = _split_rule("-p", text)
    node, name = _split_node(left)
    if not name:
        raise _invalid(f"parameter rule '{text}' has no parameter name; write -p [node:]name:=value")
    rule = ParameterRule(node=ANY_NODE if node is None else node, name=name, text=value)
    return replace(arguments, parameter_rules=(*arguments.parameter_rules, rule))


def _add_parameter_file(arguments: Arguments, path: str) -> Arguments:
    return replace(arguments, parameter_rules=(*arguments.parameter_rules, ParameterRule(path=path)))


def _add_log_level(arguments: Arguments, text: str) -> Arguments:
    name, separator, level = text.partition(":=")
    try:
        severity = severity_from_text(level if separator else text)
    except ValueError as error:
        raise _invalid(f"ROS argument '--log-level {text}': {error}") from error
    if not separator:
        return replace(arguments, log_level=severity)
    return replace(arguments, logger_levels=(*arguments.logger_levels, (name, severity)))


def _set_enclave(arguments: Arguments, enclave: str) -> Arguments:
    return replace(arguments, enclave=enclave if enclave.startswith("/") else f"/{enclave}")


def _set_log_file_name(arguments: Arguments, name: str) -> Arguments:
    return replace(arguments, log_file_name=name)


def _set_log_config_file(arguments: Arguments, path: str) -> Arguments:
    return replace(arguments, log_config_file=path)


_OPTIONS: dict[str, Callable[[Arguments, str], Arguments]] = {
    "-r": _add_remap,
    "--remap": _add_remap,
    "-p": _add_parameter,
    "--param": _add_parameter,
    "--params-file": _add_parameter_file,
    "--log-level": _add_log_level,
    "--log-config-file": _set_log_config_file,
    "--log-file-name": _set_log_file_name,
    "-e": _set_enclave,
    "--enclave": _set_enclave,
}
