"""Where a launch description comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .launch_context import LaunchContext
from .logging import get_logger
from .utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from .launch_description import LaunchDescription
    from .some_substitutions_type import SomeSubstitutionsType


class LaunchDescriptionSource:
    """A description that is there already, or (in derived classes) is loaded from `location`; `method` says how."""

    def __init__(
        self,
        launch_description: LaunchDescription | None = None,
        location: SomeSubstitutionsType = "<string>",
        method: str = "unspecified mechanism from a script",
    ) -> None:
        self._launch_description = launch_description
        self._location = normalize_to_list_of_substitutions(location)
        self._expanded_location: str | None = None
        self._method = method
        self._logger = get_logger(__name__)

    def try_get_launch_description_without_context(self) -> LaunchDescription | None:
        """The description, if it can be had before the launch runs; else None."""
        if self._launch_description is None:
            try:
                return self._get_launch_description(perform_substitutions(LaunchContext(), self._location))
            except Exception as error:  # noqa: BLE001
                # Anything may go wrong in somebody's file; it does again, and is shown, when the file is run.
                self._logger.debug("Failed to load the launch file without a context: %s", error)
        return self._launch_description

    def get_launch_description(self, context: LaunchContext) -> LaunchDescription:
        """The description, loaded on the first call."""
        if self._expanded_location is None:
            self._expanded_location = perform_substitutions(context, self._location)
        if self._launch_description is None:
            self._launch_description = self._get_launch_description(self._expanded_location)
        return self._launch_description

    def _get_launch_description(self, location: str) -> LaunchDescription:
        raise RuntimeError(
            f"launch description source '{location}': give a launch description, or override this method"
        )

    @property
    def location(self) -> str:
        """The path, once it was loaded; before, the substitutions that make it."""
        if self._expanded_location is None:
            return " + ".join(str(sub) for sub in self._location)
        return self._expanded_location

    @property
    def method(self) -> str:
        """How the description is made."""
        return self._method
