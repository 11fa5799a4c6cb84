"""Declares an argument of a launch description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..frontend.entity import Entity
from ..frontend.expose import expose_action
from ..logging import get_logger
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution


@expose_action("arg")
class DeclareLaunchArgument(Action):
    """An argument that `ros2 launch FILE name:=value` or an including description sets.

    Required without `default_value`; with `choices`, the value must be one of them. Executing it leaves the launch
    configuration `name` set, or raises RuntimeError that says what is missing or wrong.
    """

    def __init__(
        self,
        name: str,
        *,
        default_value: SomeSubstitutionsType | None = None,
        description: str | None = None,
        choices: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._name = name
        self._default_value = None if default_value is None else normalize_to_list_of_substitutions(default_value)
        self._choices = None if choices is None else list(choices)
        self._logger = get_logger(__name__)
        if self._choices is not None:
            self._check_choices(self._choices, default_value)
        self._description = _described(description, self._choices)
        # Set by who walks the description: whether the argument is only there under some condition.
        self._conditionally_included = False

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `arg` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["name"] = parser.escape_characters(entity.get_attr("name"))
        default_value = entity.get_attr("default", optional=True)
        if default_value is not None:
            kwargs["default_value"] = parser.parse_substitution(default_value)
        description = entity.get_attr("description", optional=True)
        if description is not None:
            kwargs["description"] = parser.escape_characters(description)
        choices = entity.get_attr("choice", data_type=list[Entity], optional=True)
        if choices is not None:
            kwargs["choices"] = [parser.escape_characters(choice.get_attr("value")) for choice in choices]
        return cls, kwargs

    def _check_choices(self, choices: list[str], default_value: object) -> None:
        if not choices:
            raise RuntimeError(f'argument "{self._name}": provided choices arg is empty; use None for any value')
        if isinstance(default_value, str) and default_value not in choices:
            raise RuntimeError(
                f'argument "{self._name}": default_value "{default_value}" is not in provided choices {choices}'
            )

    @property
    def name(self) -> str:
        """The argument's name."""
        return self._name

    @property
    def default_value(self) -> list[Substitution] | None:
        """Its value if none is given; None: one must be given."""
        return self._default_value

    @property
    def description(self) -> str:
        """What it is for, and its choices."""
        return self._description

    @property
    def choices(self) -> list[str] | None:
        """Allowed values; None: any."""
        return self._choices

    def execute(self, context: LaunchContext) -> None:
        """Set the launch configuration of this name, unless it is set already, and check it."""
        configurations = context.launch_configurations
        if self._name not in configurations:
            if self._default_value is None:
                self._logger.error(
                    'Required launch argument "%s" (description: "%s") was not provided', self._name, self._description
                )
                raise RuntimeError(f'Required launch argument "{self._name}" was not provided.')
            configurations[self._name] = perform_substitutions(context, self._default_value)
        value = configurations[self._name]
        if self._choices is not None and value not in self._choices:
            raise RuntimeError(
                f'Argument "{self._name}" provided value "{value}" is not valid. Valid options are: {self._choices}'
            )


def _described(description: str | None, choices: list[str] | None) -> str:
    if description is None:
        return "no description given" if choices is None else f"One of: {choices}"
    if choices is None:
        return description
    return f"{description if description.endswith('.') else description + '.'} Valid choices are: {choices}"
