"""`ros2 pkg create`."""

from __future__ import annotations

import argparse
import getpass
import shutil
import subprocess
import sys
from pathlib import Path

from ros2pkg.api.create import VERSION, NewPackage, create_package
from ros2pkg.verb import VerbExtension


class CreateVerb(VerbExtension):
    """Create a new ROS 2 package."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        parser.add_argument("package_name", help="name of the package")
        parser.add_argument(
            "--package-format", "--package_format", type=int, default=3, choices=[2, 3], help="default: %(default)s"
        )
        parser.add_argument("--description", default="TODO: Package description", help="what the package is for")
        parser.add_argument("--license", default="TODO: License declaration", help="e.g. Apache-2.0")
        parser.add_argument("--destination-directory", default=".", help="folder for the package's (default: here)")
        parser.add_argument(
            "--build-type",
            default="ament_cmake",
            choices=["cmake", "ament_cmake", "ament_python"],
            help="only ament_python can be created here",
        )
        parser.add_argument("--dependencies", nargs="+", default=[], help="packages that it needs")
        parser.add_argument("--maintainer-email", help="default: git's user.email")
        parser.add_argument("--maintainer-name", default=getpass.getuser(), help="default: the name of the user")
        parser.add_argument("--node-name", help="name of an executable that is an empty node")
        parser.add_argument("--library-name", help="name of an empty Python package inside")

    def main(self, *, args: argparse.Namespace) -> str | None:
        if args.build_type != "ament_python":
            return f"{args.build_type} packages are created on ROS 2 Jazzy: give --build-type ament_python"
        if args.package_name == "test":
            return (
                "Aborted since 'ament_python' packages can't be named 'test'. Please choose a different package name."
            )
        destination = Path(args.destination_directory)
        if (path := destination / args.package_name).exists():
            return f"\nAborted!\nThe directory already exists: {path}"
        package = _package(args)
        _show(package, destination)
        try:
            create_package(package, destination)
        except OSError as error:
            return f"unable to create '{error.filename}': {error.strerror}"
        print(f"\n[WARNING]: no LICENSE file has been created: add the text of '{package.license}'")
        return None


def _package(args: argparse.Namespace) -> NewPackage:
    node_name = args.node_name
    if node_name and node_name == args.library_name:
        node_name = f"{node_name}_node"
        print("[WARNING] node name can not be equal to the library name", file=sys.stderr)
        print(f"[WARNING] renaming node to {node_name}", file=sys.stderr)
    return NewPackage(
        name=args.package_name,
        package_format=args.package_format,
        description=args.description,
        license=args.license,
        maintainer_name=args.maintainer_name,
        maintainer_email=args.maintainer_email or _git_email() or f"{args.maintainer_name}@todo.todo",
        dependencies=args.dependencies,
        node_name=node_name,
        library_name=args.library_name,
    )


def _git_email() -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    return subprocess.run([git, "config", "user.email"], capture_output=True, text=True, check=False).stdout.strip()


def _show(package: NewPackage, destination: Path) -> None:
    print("going to create a new package")
    print("package name:", package.name)
    print("destination directory:", destination.resolve())
    print("package format:", package.package_format)
    print("version:", VERSION)
    print("description:", package.description)
    print("maintainer:", [f"{package.maintainer_name} <{package.maintainer_email}>"])
    print("licenses:", [package.license])
    print("build type: ament_python")
    print("dependencies:", list(package.dependencies))
    if package.node_name:
        print("node_name:", package.node_name)
    if package.library_name:
        print("library_name:", package.library_name)
