"""Commands and verbs of other distributions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ros2cli.plugin_system import PLUGIN_SYSTEM_VERSION, satisfies_version

EXTENSION = '''
from ros2cli.command import CommandExtension, add_subparsers_on_demand
from ros2cli.verb import VerbExtension


class FlyCommand(CommandExtension):
    """Fly around."""

    def add_arguments(self, parser, cli_name):
        add_subparsers_on_demand(parser, cli_name, "_verb", "fly.verb", required=True)

    def main(self, *, parser, args):
        return args._verb.main(args=args)


class UpVerb(VerbExtension):
    """Go up."""

    def add_arguments(self, parser, cli_name):
        parser.add_argument("height", type=int)

    def main(self, *, args):
        print("up", args.height)
        return 7
'''


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "fly.py").write_text(EXTENSION)
    metadata = tmp_path / "fly-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Name: fly\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[ros2cli.command]\nfly = fly:FlyCommand\n[fly.verb]\nup = fly:UpVerb\n")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


def run(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ros2cli.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_a_command_of_another_distribution_is_listed_and_run(environment: dict[str, str]) -> None:
    assert "  fly        Fly around\n" in run(environment, "--help").stdout
    assert "  up  Go up\n" in run(environment, "fly", "--help").stdout
    result = run(environment, "fly", "up", "3")
    assert (result.returncode, result.stdout) == (7, "up 3\n")


def test_an_extension_that_cannot_be_loaded_spoils_no_other(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "fly.py").write_text("import no_such_module")
    result = run(environment, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "  fly        (cannot be loaded: No module named 'no_such_module')\n" in result.stdout


@pytest.mark.parametrize("wanted", ["^0.1", "^0.1.0"])
def test_this_is_the_plugin_system_that_extensions_of_jazzy_are_written_for(wanted: str) -> None:
    satisfies_version(PLUGIN_SYSTEM_VERSION, wanted)


@pytest.mark.parametrize("wanted", ["^0.2", "^1.0"])
def test_extensions_for_another_plugin_system_are_refused(wanted: str) -> None:
    with pytest.raises(RuntimeError, match="the extension needs"):
        satisfies_version("0.1", wanted)
