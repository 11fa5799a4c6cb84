"""Runs a ROS node."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import yaml

from launch.actions import ExecuteProcess
from launch.launch_context import LaunchContext
from launch.launch_description_entity import LaunchDescriptionEntity
from launch.logging import get_logger, launch_config
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitutions import LocalSubstitution
from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions, perform_substitutions

from ..parameter_descriptions import Parameter
from ..parameters_type import EvaluatedParameterValue, SomeParameters
from ..remap_rule_type import SomeRemapRules
from ..substitutions import ExecutableInPackage
from ..utilities import (
    add_node_name,
    evaluate_parameters,
    get_node_name_count,
    make_namespace_absolute,
    normalize_parameters,
    normalize_remap_rules,
    prefix_namespace,
)


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
        cmd: list[SomeSubstitutionsType] = [
            executable if package is None else ExecutableInPackage(package=package, executable=executable)
        ]
        cmd += arguments or ()
        cmd += [] if ros_arguments is None else ["--ros-args", *ros_arguments]
        cmd.append("--ros-args")
        if name is not None:
            cmd += ["-r", LocalSubstitution("ros_specific_arguments.name", description="node name")]
        if parameters is not None:
            ensure_argument_type(parameters, list, "parameters", "Node")
        super().__init__(cmd=cmd, name=exec_name, **kwargs)
        self._package = package
        self._executable = executable
        self._node_name = name
        self._node_namespace = namespace
        self._parameters = normalize_parameters(parameters or [])
        self._remappings = list(normalize_remap_rules(remappings or ()))
        self._expanded_node_name: str = self.UNSPECIFIED_NODE_NAME
        self._expanded_node_namespace: str = self.UNSPECIFIED_NODE_NAMESPACE
        self._expanded_parameter_arguments: list[tuple[str, bool]] = []
        self._expanded_remappings: list[tuple[str, str]] | None = None
        self._final_node_name: str | None = None
        self._logger_of_action = get_logger(__name__)

    @property
    def node_package(self) -> SomeSubstitutionsType | None:
        """The package."""
        return self._package

    @property
    def node_executable(self) -> SomeSubstitutionsType:
        """The executable."""
        return self._executable

    @property
    def node_name(self) -> str:
        """The node's absolute name; RuntimeError before the action runs."""
        if self._final_node_name is None:
            raise RuntimeError("cannot access 'node_name' before executing action")
        return self._final_node_name

    @property
    def expanded_node_namespace(self) -> str:
        """The node's namespace, once the action runs."""
        return self._expanded_node_namespace

    @property
    def expanded_remapping_rules(self) -> list[tuple[str, str]] | None:
        """Pairs from, to, once the action runs; None: no rules."""
        return self._expanded_remappings

    def is_node_name_fully_specified(self) -> bool:
        """Whether name and namespace are known; else the executable chooses them."""
        unknown = (self.UNSPECIFIED_NODE_NAME, self.UNSPECIFIED_NODE_NAMESPACE)
        return not any(part in self.node_name for part in unknown)

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity] | None:
        """Start the node."""
        self._perform_substitutions(context)
        ros_specific = _RosSpecificArguments()
        ros_specific.name = f"__node:={self._expanded_node_name}"
        ros_specific.ns = f"__ns:={self._expanded_node_namespace}"
        context.extend_locals({"ros_specific_arguments": ros_specific})
        yielded = super().execute(context)
        if self.is_node_name_fully_specified():
            add_node_name(context, self.node_name)
            count = get_node_name_count(context, self.node_name)
            if count > 1:
                get_logger(self.name).warning(
                    "there are now at least %s nodes with the name %s created within this launch context",
                    count,
                    self.node_name,
                )
        return yielded

    def _perform_substitutions(self, context: LaunchContext) -> None:
        if self._final_node_name is not None:
            return
        self._expand_name(context)
        self._expand_global_parameters(context)
        self._expand_parameters(context)
        self._expand_remappings(context)

    def _expand_name(self, context: LaunchContext) -> None:
        from rclpy.validate_namespace import validate_namespace
        from rclpy.validate_node_name import validate_node_name

        if self._node_name is not None:
            self._expanded_node_name = _performed(context, self._node_name)
            validate_node_name(self._expanded_node_name)
        own = None if self._node_namespace is None else _performed(context, self._node_namespace)
        base = context.launch_configurations.get("ros_namespace")
        namespace = make_namespace_absolute(prefix_namespace(base, own))
        if namespace is not None:
            validate_namespace(namespace)
            self._expanded_node_namespace = namespace
            self._extend(["-r", LocalSubstitution("ros_specific_arguments.ns")])
        self._final_node_name = prefix_namespace(self._expanded_node_namespace, self._expanded_node_name)

    def _expand_global_parameters(self, context: LaunchContext) -> None:
        scoped: list[tuple[str, Any] | str] = context.launch_configurations.get("global_params", [])  # type: ignore[assignment]
        for parameter in scoped:
            if isinstance(parameter, tuple):
                name, value = parameter
                self._extend(["-p", f"{name}:={_as_yaml(value)}"])
            else:
                self._add_file(Path(parameter).absolute())

    def _expand_parameters(self, context: LaunchContext) -> None:
        for parameters in evaluate_parameters(context, self._parameters):
            if isinstance(parameters, dict):
                self._add_file(self._write_parameters(parameters))
            elif isinstance(parameters, Parameter):
                name, value = parameters.evaluate(context)
                rule = f"{name}:={_as_yaml(value)}"
                self._expanded_parameter_arguments.append((rule, False))
                self._extend(["-p", rule])
            elif parameters.is_file():
                self._add_file(parameters)
            else:
                self._logger_of_action.warning("Parameter file path is not a file: %s", parameters)

    def _add_file(self, file: Path) -> None:
        self._expanded_parameter_arguments.append((str(file), True))
        self._extend(["--params-file", str(file)])

    def _write_parameters(self, parameters: dict[str, EvaluatedParameterValue]) -> Path:
        key = self.node_name if self.is_node_name_fully_specified() else "/**"
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}
        # Beside the logs, where who reads them wants to see it; not in /tmp, where nobody would remove it.
        with NamedTemporaryFile(
            mode="w", prefix="launch_params_", suffix=".yaml", dir=launch_config.log_dir, delete=False, encoding="utf-8"
        ) as file:
            yaml.safe_dump({key: {"ros__parameters": values}}, file, default_flow_style=False)
        return Path(file.name)

    def _expand_remappings(self, context: LaunchContext) -> None:
        scoped: list[tuple[str, str]] = context.launch_configurations.get("ros_remaps", [])  # type: ignore[assignment]
        own = [
            (perform_substitutions(context, src), perform_substitutions(context, dst)) for src, dst in self._remappings
        ]
        if scoped or own:
            self._expanded_remappings = [*scoped, *own]
        for src, dst in self._expanded_remappings or ():
            self._extend(["-r", f"{src}:={dst}"])

    def _extend(self, words: Iterable[SomeSubstitutionsType]) -> None:
        self.process_description.cmd.extend(normalize_to_list_of_substitutions(word) for word in words)


class _RosSpecificArguments:
    """Name and namespace rules, for the substitutions that stand for them in the command."""

    name: str
    ns: str


def _performed(context: LaunchContext, subs: SomeSubstitutionsType) -> str:
    return perform_substitutions(context, normalize_to_list_of_substitutions(subs))


def _as_yaml(value: EvaluatedParameterValue) -> str:
    listed = list(value) if isinstance(value, tuple) else value
    return yaml.safe_dump(listed, default_flow_style=True).removesuffix("...\n").strip()
