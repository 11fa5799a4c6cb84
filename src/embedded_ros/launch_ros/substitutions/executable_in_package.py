"""Where an executable of a ROS package lies."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from launch.frontend.expose import expect_arguments, expose_substitution
from launch.substitutions import SubstitutionFailure
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from .find_package import FindPackagePrefix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launch.frontend.expose import Parsed
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType
    from launch.substitution import Substitution


@expose_substitution("exec-in-pkg")
class ExecutableInPackage(FindPackagePrefix):
    """`executable` in <prefix>/lib/<package>."""

    def __init__(self, executable: SomeSubstitutionsType, package: SomeSubstitutionsType) -> None:
        super().__init__(package)
        self._executable = normalize_to_list_of_substitutions(executable)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(exec-in-pkg ...)`."""
        expect_arguments("exec-in-pkg", data, 2, error=AttributeError)
        return cls, {"executable": data[0], "package": data[1]}

    @property
    def executable(self) -> list[Substitution]:
        """The executable's name."""
        return self._executable

    def describe(self) -> str:
        """Text for a person."""
        package = " + ".join(sub.describe() for sub in self.package)
        return f"ExecInPkg(pkg={package}, exec={' + '.join(sub.describe() for sub in self._executable)})"

    def perform(self, context: LaunchContext) -> str:
        """The executable's path; SubstitutionFailure if the package has no such executable."""
        executable = perform_substitutions(context, self._executable)
        package = perform_substitutions(context, self.package)
        prefix = super().perform(context)
        folder = Path(prefix) / "lib" / package
        if not folder.is_dir():
            raise SubstitutionFailure(
                f"package '{package}' found at '{prefix}', but libexec directory '{folder}' does not exist: build it"
            )
        path = shutil.which(executable, path=str(folder))
        if path is None:
            there = ", ".join(sorted(file.name for file in folder.iterdir())) or "none"
            raise SubstitutionFailure(
                f"executable '{executable}' not found on the libexec directory '{folder}': it has {there}"
            )
        return path
