"""Extends an environment variable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..frontend.expose import expose_action
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from ..utilities.type_utils import NormalizedValueType, normalize_typed_substitution, perform_typed_substitution

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType
    from ..substitution import Substitution


@expose_action("append_env")
class AppendEnvironmentVariable(Action):
    """Puts `value` behind (or, `prepend`, before) what the variable holds, with `separator` in between."""

    def __init__(
        self,
        name: SomeSubstitutionsType,
        value: SomeSubstitutionsType,
        prepend: bool | SomeSubstitutionsType = False,
        separator: SomeSubstitutionsType = os.pathsep,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._name = normalize_to_list_of_substitutions(name)
        self._value = normalize_to_list_of_substitutions(value)
        self._prepend = normalize_typed_substitution(prepend, bool)
        self._separator = normalize_to_list_of_substitutions(separator)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `append_env` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["name"] = parser.parse_substitution(entity.get_attr("name"))
        kwargs["value"] = parser.parse_substitution(entity.get_attr("value"))
        prepend = entity.get_attr("prepend", data_type=bool, optional=True)
        if prepend is not None:
            kwargs["prepend"] = parser.parse_if_substitutions(prepend)
        separator = entity.get_attr("separator", optional=True)
        if separator is not None:
            kwargs["separator"] = parser.parse_substitution(separator)
        return cls, kwargs

    @property
    def name(self) -> list[Substitution]:
        """The variable's name."""
        return self._name

    @property
    def value(self) -> list[Substitution]:
        """What is added."""
        return self._value

    @property
    def prepend(self) -> NormalizedValueType:
        """Whether it goes before the old value."""
        return self._prepend

    @property
    def separator(self) -> list[Substitution]:
        """What stands in between."""
        return self._separator

    def execute(self, context: LaunchContext) -> None:
        """Extend the variable, or set it if it is not there."""
        name = perform_substitutions(context, self._name)
        parts = [perform_substitutions(context, self._value)]
        if name in context.environment:
            is_first = perform_typed_substitution(context, self._prepend, bool)
            parts.insert(1 if is_first else 0, context.environment[name])
        context.environment[name] = perform_substitutions(context, self._separator).join(parts)
