"""Parameters whose type, or whose file, is stated."""

from __future__ import annotations

import weakref
from os import PathLike, fsdecode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from launch.frontend.parse_substitution import parse_substitution
from launch.some_substitutions_type import SomeSubstitutionsType_types_tuple
from launch.substitutions import SubstitutionFailure
from launch.utilities import ensure_argument_type, normalize_to_list_of_substitutions, perform_substitutions
from launch.utilities.type_utils import (
    AllowedTypesType,
    NormalizedValueType,
    SomeValueType,
    normalize_typed_substitution,
    perform_typed_substitution,
)

from ._parameter_files import write_parameter_file

if TYPE_CHECKING:
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution

    from .parameters_type import EvaluatedParameterValue


class ParameterValue:
    """A value and its type: bool, int, float, str, a List of one of them, or None for YAML's rules."""

    def __init__(self, value: SomeValueType, *, value_type: AllowedTypesType | None = None) -> None:
        self._value = normalize_typed_substitution(value, value_type)
        self._value_type = value_type
        self._evaluated: EvaluatedParameterValue | None = None

    @property
    def value(self) -> NormalizedValueType:
        """The value, once evaluated; what will make it, before."""
        return self._value if self._evaluated is None else self._evaluated

    @property
    def value_type(self) -> AllowedTypesType:
        """The type."""
        return self._value_type

    def __str__(self) -> str:
        return f"launch_ros.description.ParameterValue(value={self.value}, value_type={self._value_type})"

    def evaluate(self, context: LaunchContext) -> EvaluatedParameterValue:
        """The value, checked; ValueError or TypeError if it is not of the type."""
        self._evaluated = perform_typed_substitution(context, self.value, self._value_type)
        return self._evaluated


class Parameter:
    """A parameter: name and value, passed to the node on its command line."""

    def __init__(
        self, name: SomeSubstitutionsType, value: SomeValueType, *, value_type: AllowedTypesType | None = None
    ) -> None:
        ensure_argument_type(name, SomeSubstitutionsType_types_tuple, "name")
        self._name = normalize_to_list_of_substitutions(name)
        self._value = ParameterValue(value, value_type=value_type)
        self._evaluated: tuple[str, EvaluatedParameterValue] | None = None

    @property
    def name(self) -> list[Substitution] | str:
        """The name, once evaluated; what will make it, before."""
        return self._name if self._evaluated is None else self._evaluated[0]

    @property
    def value(self) -> NormalizedValueType:
        """The value, once evaluated; what will make it, before."""
        return self._value.value

    @property
    def value_type(self) -> AllowedTypesType:
        """The type."""
        return self._value.value_type

    def __str__(self) -> str:
        return f"launch_ros.description.Parameter(name={self.name}, value={self.value}, value_type={self.value_type})"

    def evaluate(self, context: LaunchContext) -> tuple[str, EvaluatedParameterValue]:
        """Name and value, evaluated once."""
        if self._evaluated is None:
            self._evaluated = (perform_substitutions(context, self._name), self._value.evaluate(context))
        return self._evaluated


class ParameterFile:
    """A YAML file with parameters; `allow_substs`: it holds substitutions, which are performed for the node's copy."""

    def __init__(
        self,
        param_file: PathLike[str] | PathLike[bytes] | bytes | SomeSubstitutionsType,
        *,
        allow_substs: bool | SomeSubstitutionsType = False,
    ) -> None:
        texts = SomeSubstitutionsType_types_tuple
        ensure_argument_type(param_file, (*texts, PathLike, bytes), "param_file", "ParameterFile()")
        ensure_argument_type(allow_substs, (*texts, bool), "allow_substs", "ParameterFile()")
        is_path = isinstance(param_file, PathLike | bytes)
        self._param_file: Any = param_file if is_path else normalize_to_list_of_substitutions(param_file)  # type: ignore[arg-type]
        self._allow_substs = normalize_typed_substitution(allow_substs, bool)
        self._evaluated: Path | None = None
        self._removal: weakref.finalize[..., ParameterFile] | None = None

    @property
    def param_file(self) -> Any:
        """The path, once evaluated; what will make it, before."""
        return self._param_file if self._evaluated is None else self._evaluated

    @property
    def allow_substs(self) -> NormalizedValueType:
        """Whether the file holds substitutions, once evaluated; what will tell it, before."""
        return self._allow_substs

    def __str__(self) -> str:
        return f"launch_ros.description.ParameterFile(param_file={self.param_file}, allow_substs={self.allow_substs})"

    def evaluate(self, context: LaunchContext) -> Path:
        """The path of the file or, if it holds substitutions, of the copy: it lasts as long as this object.

        SubstitutionFailure if the substitutions leave no valid YAML. Evaluated once.
        """
        if self._evaluated is None:
            file = self._param_file
            path = Path(perform_substitutions(context, file) if isinstance(file, list) else fsdecode(file))
            self._allow_substs = perform_typed_substitution(context, self._allow_substs, bool)
            self._evaluated = self._performed(context, path) if self._allow_substs else path
        return self._evaluated

    def _performed(self, context: LaunchContext, path: Path) -> Path:
        text = perform_substitutions(context, parse_substitution(path.read_text(encoding="utf-8")))
        try:
            yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise SubstitutionFailure(
                f"{path}: the substituted parameter file is not a valid yaml file: {error}"
            ) from error
        copy = write_parameter_file(text)
        self._removal = weakref.finalize(self, copy.unlink, missing_ok=True)
        return copy

    def cleanup(self) -> None:
        """Remove the copy, if there is one."""
        if self._removal is not None:
            self._removal()
            self._removal = None
            self._evaluated = None
