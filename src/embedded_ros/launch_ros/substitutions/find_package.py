"""Where a ROS package lies."""

from __future__ import annotations

from ament_index_python.packages import get_package_prefix, get_package_share_directory
from launch.launch_context import LaunchContext
from launch.some_substitutions_type import SomeSubstitutionsType
from launch.substitution import Substitution
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions


class FindPackage(Substitution):
    """Base: a folder of `package`; PackageNotFoundError if AMENT_PREFIX_PATH has no such package."""

    def __init__(self, package: SomeSubstitutionsType) -> None:
        self._package = normalize_to_list_of_substitutions(package)

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


class FindPackagePrefix(FindPackage):
    """The prefix that a package is installed in."""

    def find(self, package_name: str) -> str:
        """The folder."""
        return str(get_package_prefix(package_name))


class FindPackageShare(FindPackage):
    """A package's share folder."""

    def find(self, package_name: str) -> str:
        """The folder."""
        return str(get_package_share_directory(package_name))
