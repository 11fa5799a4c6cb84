"""Runs a ROS node."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from launch.actions import ExecuteProcess
from launch.frontend.entity import Entity
from launch.frontend.expose import expose_action
from launch.logging import get_logger
from launch.substitutions import LocalSubstitution
from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions, perform_substitutions

from .._parameter_files import write_parameter_file
from .._scope import namespace_in_scope, remappings_in_scope, scoped_parameters
from ..parameter_descriptions import Parameter
from ..substitutions import ExecutableInPackage
from ..utilities import (
    evaluate_parameters,
    normalize_parameters,
    normalize_remap_rules,
    prefix_namespace,
)
from ..utilities.parse_elements import parse_parameters, parse_remappings
from ..utilities.track_node_names import track_node_name
from .node_action_extension import NodeActionExtension, get_extensions

if TYPE_CHECKING:
    from launch.frontend import Parser
    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.launch_description_entity import LaunchDescriptionEntity
    from launch.some_substitutions_type import SomeSubstitutionsType

    from ..parameters_type import EvaluatedParameterValue, SomeParameters
    from ..remap_rule_type import SomeRemapRules

__all__ = ["Node", "NodeActionExtension", "get_extensions"]

# Attributes of the element, by the keyword argument that each is for.
_TEXTS = {"package": "pkg", "name": "name", "namespace": "namespace", "exec_name": "exec_name"}
_COMMAND_LINES = {"arguments": "args", "ros_arguments": "ros_args"}


@expose_action("node")
class Node(ExecuteProcess):
    """Runs `executable` of `package` (or, without one, a path) with ROS arguments.

    `parameters`: files and dicts, the last one counts. `remappings`: pairs from, to. `arguments` go to the executable,
    `ros_arguments` behind --ros-args. `exec_name`: the process' label. The rest is ExecuteProcess's: output, respawn, …
    """

    UNSPECIFIED_NODE_NAME: Final = "<node_name_unspecified>"
    UNSPECIFIED_NODE_NAMESPACE: Final = "<node_namespace_unspecified>"

    def __init__(
        self,
        *,
        executable: SomeSubstitutionsType,
        package: SomeSubstitutionsType | None = None,
        name: SomeSubstitutionsType | None = None,
        namespace: SomeSubstitutionsType | None = None,
        exec_name: SomeSubstitutionsType | None = None,
        parameters: SomeParameters | None = None,
        remappings: SomeRemapRules | None = None,
        ros_arguments: Iterable[SomeSubstitutionsType] | None = None,
        arguments: Iterable[SomeSubstitutionsType] | None = None,
        **kwargs: Any,
    ) -> None:
        self.__package = package
        self.__node_executable = executable
        self.__node_name = name
        self.__node_namespace = namespace
        self.__ros_arguments = None if ros_arguments is None else list(ros_arguments)
        self.__arguments = None if arguments is None else list(arguments)
        if parameters is not None:
            ensure_argument_type(parameters, list, "parameters", "Node")
        self.__parameters = normalize_parameters(parameters or [])
        self.__remappings = list(normalize_remap_rules(remappings or ()))
        self.__expanded_node_name: str = self.UNSPECIFIED_NODE_NAME
        self.__expanded_node_namespace: str = self.UNSPECIFIED_NODE_NAMESPACE
        self.__expanded_parameter_arguments: list[tuple[str, bool]] = []
        self.__expanded_remappings: list[tuple[str, str]] | None = None
        self.__final_node_name: str | None = None
        self.__logger = get_logger(__name__)
        self.__extensions = get_extensions(self.__logger)
        super().__init__(cmd=self.__command(), name=exec_name, **kwargs)

    def __command(self) -> list[SomeSubstitutionsType]:
        package, executable = self.__package, self.__node_executable
        command: list[SomeSubstitutionsType] = [
            executable if package is None else ExecutableInPackage(package=package, executable=executable)
        ]
        command += self.__arguments or ()
        command += [] if self.__ros_arguments is None else ["--ros-args", *self.__ros_arguments]
        command.append("--ros-args")
        if self.__node_name is not None:
            command += ["-r", LocalSubstitution("ros_specific_arguments['name']", description="node name")]
        return command

    @staticmethod
    def parse_nested_parameters(params: Iterable[Entity], parser: Parser) -> list[Any]:
        """What elements `param` stand for, as `parameters` takes it."""
        return parse_parameters(params, parser)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser, ignore: Iterable[str] | None = None) -> Parsed:
        """What the element `node` holds, but for keyword arguments of ExecuteProcess in `ignore`."""
        _, kwargs = super().parse(entity, parser, ignore={"cmd", "name", *(ignore or ())})
        kwargs["executable"] = parser.parse_substitution(entity.get_attr("exec"))
        for keyword, attribute in _TEXTS.items():
            text = entity.get_attr(attribute, optional=True)
            if text is not None:
                kwargs[keyword] = parser.parse_substitution(text)
        for keyword, attribute in _COMMAND_LINES.items():
            line = entity.get_attr(attribute, optional=True)
            if line is not None:
                kwargs[keyword] = cls._parse_cmdline(line, parser)
        remappings = parse_remappings(entity, parser)
        if remappings is not None:
            kwargs["remappings"] = remappings
        parameters = entity.get_attr("param", data_type=list[Entity], optional=True)
        if parameters is not None:
            kwargs["parameters"] = cls.parse_nested_parameters(parameters, parser)
        return cls, kwargs

    @property
    def node_package(self) -> SomeSubstitutionsType | None:
        """The package."""
        return self.__package

    @property
    def node_executable(self) -> SomeSubstitutionsType:
        """The executable."""
        return self.__node_executable

    @property
    def node_name(self) -> str:
        """The node's absolute name; RuntimeError before the action runs."""
        if self.__final_node_name is None:
            raise RuntimeError("cannot access 'node_name' before executing action")
        return self.__final_node_name

    @property
    def expanded_node_namespace(self) -> str:
        """The node's namespace, once the action runs."""
        return self.__expanded_node_namespace

    @property
    def expanded_remapping_rules(self) -> list[tuple[str, str]] | None:
        """Pairs from, to, once the action runs; None: no rules."""
        return self.__expanded_remappings

    def is_node_name_fully_specified(self) -> bool:
        """Whether name and namespace are known; else the executable chooses them."""
        unknown = (self.UNSPECIFIED_NODE_NAME, self.UNSPECIFIED_NODE_NAMESPACE)
        return not any(part in self.node_name for part in unknown)

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Start the node."""
        self._perform_substitutions(context)
        ros_specific = {"ns": f"__ns:={self.__expanded_node_namespace}"}
        if self.__node_name is not None:
            ros_specific["name"] = f"__node:={self.__expanded_node_name}"
        for extension in self.__extensions.values():
            words, ros_specific = extension.prepare_for_execute(context, ros_specific, self)
            self._extend(words)
        context.extend_locals({"ros_specific_arguments": ros_specific})
        yielded = super().execute(context)
        if self.is_node_name_fully_specified():
            track_node_name(context, self.node_name, get_logger(self.name))
        return yielded

    def _perform_substitutions(self, context: LaunchContext) -> None:
        if self.__final_node_name is not None:
            return
        self.__expand_name(context)
        self.__expand_global_parameters(context)
        self.__expand_parameters(context)
        self.__expand_remappings(context)

    def __expand_name(self, context: LaunchContext) -> None:
        from rclpy.validate_namespace import validate_namespace
        from rclpy.validate_node_name import validate_node_name

        if self.__node_name is not None:
            subs = normalize_to_list_of_substitutions(self.__node_name)
            self.__expanded_node_name = perform_substitutions(context, subs)
            validate_node_name(self.__expanded_node_name)
        namespace = namespace_in_scope(context, self.__node_namespace)
        if namespace is not None:
            validate_namespace(namespace)
            self.__expanded_node_namespace = namespace
            self._extend(["-r", LocalSubstitution("ros_specific_arguments['ns']")])
        self.__final_node_name = prefix_namespace(self.__expanded_node_namespace, self.__expanded_node_name)

    def __expand_global_parameters(self, context: LaunchContext) -> None:
        for parameter in scoped_parameters(context):
            if isinstance(parameter, tuple):
                name, value = parameter
                self._extend(["-p", f"{name}:={_as_yaml(value)}"])
            else:
                self.__add_file(Path(parameter).absolute())

    def __expand_parameters(self, context: LaunchContext) -> None:
        for parameters in evaluate_parameters(context, self.__parameters):
            if isinstance(parameters, dict):
                self.__add_file(self.__write_parameters(parameters))
            elif isinstance(parameters, Parameter):
                name, value = parameters.evaluate(context)
                rule = f"{name}:={_as_yaml(value)}"
                self.__expanded_parameter_arguments.append((rule, False))
                self._extend(["-p", rule])
            elif parameters.is_file():
                self.__add_file(parameters)
            else:
                self.__logger.warning("Parameter file path is not a file: %s", parameters)

    def __add_file(self, file: Path) -> None:
        self.__expanded_parameter_arguments.append((str(file), True))
        self._extend(["--params-file", str(file)])

    def __write_parameters(self, parameters: dict[str, EvaluatedParameterValue]) -> Path:
        key = self.node_name if self.is_node_name_fully_specified() else "/**"
        # Not safe_dump: Jazzy's files tell tuples from lists, by a tag that readers of parameter files leave alone.
        return write_parameter_file(yaml.dump({key: {"ros__parameters": parameters}}, default_flow_style=False))

    def __expand_remappings(self, context: LaunchContext) -> None:
        rules = remappings_in_scope(context, self.__remappings)
        self.__expanded_remappings = rules or None
        for src, dst in rules:
            self._extend(["-r", f"{src}:={dst}"])

    def _extend(self, words: Iterable[SomeSubstitutionsType]) -> None:
        self.process_description.cmd.extend(normalize_to_list_of_substitutions(word) for word in words)


def _as_yaml(value: EvaluatedParameterValue) -> str:
    listed = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(listed, default_flow_style=True).removesuffix("...\n").strip()
