"""Includes another launch description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..frontend.expose import expose_action
from ..frontend.pairs import parse_pairs
from ..launch_context import LaunchContext
from ..launch_description_source import LaunchDescriptionSource
from ..launch_description_sources import AnyLaunchDescriptionSource
from ..logging import get_logger
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions
from .set_launch_configuration import SetLaunchConfiguration

if TYPE_CHECKING:
    from ..frontend import Entity, Parser
    from ..frontend.expose import Parsed
    from ..launch_description import LaunchDescription
    from ..launch_description_entity import LaunchDescriptionEntity
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_action("include")
class IncludeLaunchDescription(Action):
    """Runs the description from a source (or file path), with `launch_arguments` set as configurations before.

    RuntimeError names an argument that the description requires and nobody gives.
    """

    def __init__(
        self,
        launch_description_source: LaunchDescriptionSource | SomeSubstitutionsType,
        *,
        launch_arguments: Iterable[tuple[SomeSubstitutionsType, SomeSubstitutionsType]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(launch_description_source, LaunchDescriptionSource):
            launch_description_source = AnyLaunchDescriptionSource(launch_description_source)
        self._launch_description_source = launch_description_source
        self._launch_arguments = () if launch_arguments is None else tuple(launch_arguments)
        self._logger = get_logger(__name__)

    @classmethod
    def parse(cls, entity: Entity, parser: Parser) -> Parsed:
        """What the element `include` holds."""
        _, kwargs = super().parse(entity, parser)
        kwargs["launch_description_source"] = parser.parse_substitution(entity.get_attr("file"))
        arguments = parse_pairs(entity, parser, "arg")
        if arguments is not None:
            kwargs["launch_arguments"] = arguments
        return cls, kwargs

    @property
    def launch_description_source(self) -> LaunchDescriptionSource:
        """Where the description comes from."""
        return self._launch_description_source

    @property
    def launch_arguments(self) -> Sequence[tuple[SomeSubstitutionsType, SomeSubstitutionsType]]:
        """Names and values of its arguments."""
        return self._launch_arguments

    def get_sub_entities(self) -> list[LaunchDescriptionEntity]:
        """The description, if it can be loaded before the launch runs."""
        description = self._launch_description_source.try_get_launch_description_without_context()
        return [] if description is None else [description]

    def execute(self, context: LaunchContext) -> list[LaunchDescriptionEntity]:
        """Yield the arguments as configurations, then the description."""
        description = self._launch_description_source.get_launch_description(context)
        location = Path(self._launch_description_source.location)
        # A description made by a script has a location like '<string>', which stays as it is.
        folder = str(location.absolute().parent) if location.exists() else str(location)
        context.extend_locals(
            {"current_launch_file_path": str(location.absolute()), "current_launch_file_directory": folder}
        )
        self._check_arguments(context, description)
        sets = [SetLaunchConfiguration(name, value) for name, value in self._launch_arguments]
        return [*sets, description]

    def _check_arguments(self, context: LaunchContext, description: LaunchDescription) -> None:
        for argument, includes in description.get_launch_arguments_with_include_launch_description_actions():
            if argument._conditionally_included or argument.default_value is not None:
                continue
            given = self._argument_names(context)
            for include in includes or ():
                given += include._argument_names(LaunchContext(), tolerant=True)
            if argument.name not in given:
                raise RuntimeError(
                    f"Included launch description missing required argument '{argument.name}' "
                    f"(description: '{argument.description}'), given: [{', '.join(given)}]"
                )

    def _argument_names(self, context: LaunchContext, *, tolerant: bool = False) -> list[str]:
        names = []
        for name, _ in self._launch_arguments:
            try:
                names.append(perform_substitutions(context, normalize_to_list_of_substitutions(name)))
            except Exception as error:
                if not tolerant:
                    raise
                self._logger.debug("argument name %s is not known before the launch runs: %s", name, error)
        return names
