"""Where a ROS package lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ament_index_python.packages import get_package_prefix, get_package_share_directory
from launch.frontend.expose import expect_arguments, expose_substitution
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType


class FindPackage(Substitution):
    """Base: a folder of `package`; PackageNotFoundError if AMENT_PREFIX_PATH has no such package."""

    def __init__(self, package: SomeSubstitutionsType) -> None:
        self._package = normalize_to_list_of_substitutions(package)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(find-pkg-prefix ...)` and `$(find-pkg-share ...)`."""
        expect_arguments("find package", data, 1, error=AttributeError)
        return cls, {"package": data[0]}

    @property
    def package(self) -> list[Substitution]:
        """The package's name."""
        return self._package

    def find(self, package_name: str) -> str:
        """The folder."""
        raise NotImplementedError(f"{type(self).__name__}.find({package_name!r}): a derived class must override it")

    def describe(self) -> str:
        """Text for a person."""
        return f"{type(self).__name__}(pkg={' + '.join(sub.describe() for sub in self._package)})"

    def perform(self, context: LaunchContext) -> str:
        """The folder's path."""
        return self.find(perform_substitutions(context, self._package))


@expose_substitution("find-pkg-prefix")
class FindPackagePrefix(FindPackage):
    """The prefix that a package is installed in."""

    def find(self, package_name: str) -> str:
        """The folder."""
        return str(get_package_prefix(package_name))


@expose_substitution("find-pkg-share")
class FindPackageShare(FindPackage):
    """A package's share folder."""

    def find(self, package_name: str) -> str:
        """The folder."""
        return str(get_package_share_directory(package_name))
