"""The parameters of a node: declaring, setting under rules, and telling others."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rcl_interfaces.msg import (
    ParameterDescriptor,
    ParameterEvent,
    ParameterValue,
    SetParametersResult,
)

from rclpy.exceptions import (
    InvalidParameterTypeException,
    InvalidParameterValueException,
    ParameterAlreadyDeclaredException,
    ParameterImmutableException,
    ParameterNotDeclaredException,
)
from rclpy.impl import parameter_rules
from rclpy.impl.declared_parameters import DeclaredParameters
from rclpy.parameter import Parameter, parameter_value_to_python
from rclpy.validate_parameter_name import validate_parameter_name

if TYPE_CHECKING:
    from rclpy.clock import Clock
    from rclpy.publisher import Publisher

PreSetCallback = Callable[[list[Parameter]], list[Parameter]]
OnSetCallback = Callable[[list[Parameter]], SetParametersResult]
PostSetCallback = Callable[[list[Parameter]], None]


class NodeParameters(DeclaredParameters):
    """Part of Node: needs a clock, a name, and the publisher of /parameter_events."""

    PARAM_REL_TOL = parameter_rules.REL_TOL

    _clock: Clock
    _parameter_event_publisher: Publisher | None
    _parameter_overrides: dict[str, Parameter]

    def __init__(self, allow_undeclared_parameters: bool) -> None:
        DeclaredParameters.__init__(self, allow_undeclared_parameters)
        self._pre_set_parameters_callbacks: list[PreSetCallback] = []
        self._on_set_parameters_callbacks: list[OnSetCallback] = []
        self._post_set_parameters_callbacks: list[PostSetCallback] = []

    def get_fully_qualified_name(self) -> str:
        raise NotImplementedError("NodeParameters is a part of rclpy.node.Node, not to be used alone")

    def declare_parameter(
        self,
        name: str,
        value: Any = None,
        descriptor: ParameterDescriptor | None = None,
        ignore_override: bool = False,
    ) -> Parameter:
        """Declare with a default value, a type (`Parameter.Type`), or a descriptor with dynamic typing.

        The command line's value wins unless `ignore_override`. Raises ParameterAlreadyDeclaredException,
        InvalidParameterException, InvalidParameterTypeException or InvalidParameterValueException.
        """
        if value is None and descriptor is None:
            return self.declare_parameters("", [(name,)], ignore_override)[0]
        descriptor = ParameterDescriptor() if descriptor is None else descriptor
        return self.declare_parameters("", [(name, value, descriptor)], ignore_override)[0]

    def declare_parameters(
        self, namespace: str, parameters: Sequence[tuple[Any, ...]], ignore_override: bool = False
    ) -> list[Parameter]:
        """Declare several: tuples of name, value or type, descriptor; `namespace.` is put before each name."""
        declared: list[Parameter] = []
        descriptors: dict[str, ParameterDescriptor] = {}
        for index, entry in enumerate(parameters):
            parameter, descriptor = self.__read_declaration(namespace, index, entry, ignore_override)
            declared.append(parameter)
            descriptors[parameter.name] = descriptor
        known = [parameter.name for parameter in declared if parameter.name in self._parameters]
        if known:
            raise ParameterAlreadyDeclaredException(known)
        for parameter in declared:
            self.__declare(parameter, descriptors[parameter.name])
        return [self._parameters[parameter.name] for parameter in declared]

    def __read_declaration(
        self, namespace: str, index: int, entry: tuple[Any, ...], ignore_override: bool
    ) -> tuple[Parameter, ParameterDescriptor]:
        if not 1 <= len(entry) <= 3:
            raise TypeError(
                f"Invalid parameter tuple length at index {index} in parameters list: {entry}; "
                "expecting length between 1 and 3"
            )
        name = entry[0]
        if not isinstance(name, str):
            raise TypeError(f"First element {name} at index {index} in parameters list is not a str.")
        name = f"{namespace}.{name}" if namespace else name
        validate_parameter_name(name)
        descriptor = entry[2] if len(entry) > 2 else ParameterDescriptor()
        if not isinstance(descriptor, ParameterDescriptor):
            raise TypeError(
                f"Third element {descriptor} at index {index} in parameters list is not a ParameterDescriptor."
            )
        if len(entry) == 1:
            warnings.warn(
                f"when declaring parameter named '{name}', declaring a parameter only providing its name is "
                "deprecated: give a default value, a type, or a descriptor with dynamic_typing=True",
                stacklevel=4,
            )
            descriptor.dynamic_typing = True
        value = parameter_rules.fix_type(name, entry[1] if len(entry) > 1 else None, descriptor)
        if not ignore_override and name in self._parameter_overrides:
            value = self._parameter_overrides[name].value
        return Parameter(name, value=value), descriptor

    def __declare(self, parameter: Parameter, descriptor: ParameterDescriptor) -> None:
        result = self.__set_common([parameter], {parameter.name: descriptor})
        if result.successful:
            return
        if result.reason.startswith(parameter_rules.WRONG_TYPE):
            raise InvalidParameterTypeException(parameter, Parameter.Type(descriptor.type).name)
        raise InvalidParameterValueException(parameter.name, parameter.value, result.reason)

    def undeclare_parameter(self, name: str) -> None:
        """Raises ParameterNotDeclaredException, ParameterImmutableException."""
        if not self.has_parameter(name):
            raise ParameterNotDeclaredException(name)
        if self._descriptors[name].read_only:
            raise ParameterImmutableException(name)
        del self._parameters[name]
        del self._descriptors[name]

    def set_parameters(self, parameter_list: list[Parameter]) -> list[SetParametersResult]:
        """Set one after the other. Raises ParameterNotDeclaredException."""
        return [self.__set_atomically([parameter]) for parameter in parameter_list]

    def set_parameters_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        """Set all or none. Raises ParameterNotDeclaredException."""
        return self.__set_atomically(parameter_list)

    def __set_atomically(self, parameter_list: list[Parameter]) -> SetParametersResult:
        if self._pre_set_parameters_callbacks:
            modified: list[Parameter] = []
            for callback in self._pre_set_parameters_callbacks:
                modified.extend(callback(parameter_list))
            parameter_list = modified
            if not parameter_list:
                return SetParametersResult(
                    successful=False,
                    reason="parameter list cannot be empty, this might be due to pre_set_parameters_callback "
                    "modifying the original parameters list.",
                )
        self._check_undeclared_parameters(parameter_list)
        return self.__set_common(parameter_list)

    def _check_undeclared_parameters(self, parameter_list: list[Parameter]) -> None:
        if not all(isinstance(parameter, Parameter) for parameter in parameter_list):
            raise TypeError(f"parameter must be instance of type '{Parameter!r}'")
        unknown = [parameter.name for parameter in parameter_list if parameter.name not in self._parameters]
        if unknown and not self._allow_undeclared_parameters:
            raise ParameterNotDeclaredException(unknown)

    def __set_common(
        self, parameter_list: list[Parameter], declared: dict[str, ParameterDescriptor] | None = None
    ) -> SetParametersResult:
        """Check all, then store all, then tell; `declared` holds the descriptors where this declares them."""
        descriptors = self._descriptors if declared is None else declared
        for parameter in parameter_list:
            if parameter.name in descriptors:
                is_set = self.has_parameter(parameter.name)
                reason = parameter_rules.refuse(
                    parameter, descriptors[parameter.name], is_set=is_set, is_declaring=declared is not None
                )
                if reason:
                    return SetParametersResult(successful=False, reason=reason)
        for on_set in self._on_set_parameters_callbacks:
            result = on_set(parameter_list)
            if not result.successful:
                return result
        event = ParameterEvent(node=self.get_fully_qualified_name())
        for parameter in parameter_list:
            self.__store(parameter, declared, event)
        event.stamp = self._clock.now().to_msg()
        if self._parameter_event_publisher is not None:
            self._parameter_event_publisher.publish(event)
        for post_set in self._post_set_parameters_callbacks:
            post_set(parameter_list)
        return SetParametersResult(successful=True)

    def __store(
        self, parameter: Parameter, declared: dict[str, ParameterDescriptor] | None, event: ParameterEvent
    ) -> None:
        name = parameter.name
        if declared is None and parameter.type_ is Parameter.Type.NOT_SET:
            event.deleted_parameters.append(parameter.to_parameter_msg())
            self._parameters.pop(name, None)
            self._descriptors.pop(name, None)
            return
        if declared is not None:
            self._descriptors[name] = declared[name]
        elif name not in self._descriptors:
            self._descriptors[name] = ParameterDescriptor(name=name, dynamic_typing=True)
        is_new = self.get_parameter_or(name).type_ is Parameter.Type.NOT_SET
        changes = event.new_parameters if is_new else event.changed_parameters
        changes.append(parameter.to_parameter_msg())
        self._parameters[name] = parameter

    def add_pre_set_parameters_callback(self, callback: PreSetCallback) -> None:
        """The newest callback is asked first, here and below."""
        self._pre_set_parameters_callbacks.insert(0, callback)

    def add_on_set_parameters_callback(self, callback: OnSetCallback) -> None:
        self._on_set_parameters_callbacks.insert(0, callback)

    def add_post_set_parameters_callback(self, callback: PostSetCallback) -> None:
        self._post_set_parameters_callbacks.insert(0, callback)

    def remove_pre_set_parameters_callback(self, callback: PreSetCallback) -> None:
        self._pre_set_parameters_callbacks.remove(callback)

    def remove_on_set_parameters_callback(self, callback: OnSetCallback) -> None:
        self._on_set_parameters_callbacks.remove(callback)

    def remove_post_set_parameters_callback(self, callback: PostSetCallback) -> None:
        self._post_set_parameters_callbacks.remove(callback)

    def set_descriptor(
        self, name: str, descriptor: ParameterDescriptor, alternative_value: ParameterValue | None = None
    ) -> ParameterValue:
        """Replace a descriptor; where the value does not fit it, the alternative is set. Gives the value."""
        if not self.has_parameter(name):
            if not self._allow_undeclared_parameters:
                raise ParameterNotDeclaredException(name)
            return self.get_parameter(name).get_parameter_value()
        if self.describe_parameter(name).read_only:
            raise ParameterImmutableException(name)
        parameter = self.get_parameter(name)
        if parameter_rules.refuse(parameter, descriptor, is_set=True, is_declaring=True):
            if alternative_value is not None:
                parameter = Parameter(name, value=parameter_value_to_python(alternative_value))
            reason = parameter_rules.refuse(parameter, descriptor, is_set=True, is_declaring=True)
            if reason:
                raise InvalidParameterValueException(name, parameter.value, reason)
        self._parameters[name] = parameter
        self._descriptors[name] = descriptor
        return parameter.get_parameter_value()
