"""The README says what the package does."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import twin_lakehouse
from twin_lakehouse.cli.program import build_parser
from twin_lakehouse.limits import Limits
from twin_lakehouse.schema import tables
from twin_lakehouse.settings import CATALOG_VARIABLE, DEFAULT_CATALOG, DEFAULT_STORAGE, STORAGE_VARIABLE

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_every_table_and_its_partition_is_listed() -> None:
    listed = dict(re.findall(r"^\| `(\w+\.\w+)` \| [^|]+ \| ?`?(\w*)`? ?\|$", README, re.MULTILINE))
    assert listed == {spec.name: spec.partition_by or "" for spec in tables()}


def test_every_public_function_is_mentioned() -> None:
    functions = [name for name in twin_lakehouse.__all__ if name.islower()]
    assert [name for name in functions if name not in README and not name.startswith("checked_")] == []


def test_every_limit_and_setting_is_mentioned() -> None:
    for name in [field.name for field in fields(Limits)] + [CATALOG_VARIABLE, STORAGE_VARIABLE]:
        assert f"`{name}`" in README
    assert f"`{DEFAULT_CATALOG}`" in README
    assert f"`{DEFAULT_STORAGE}`" in README


def test_every_command_is_listed_with_options_that_it_has(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_lakehouse.cli.program._plugged_in", list)
    listed = {line.split()[0]: line for line in re.findall(r"^\| `twin ([^`]+)`", README, re.MULTILINE)}
    commands = re.findall(r"^    (\w+) ", build_parser().format_help(), re.MULTILINE)
    assert list(listed) == commands
    for command, line in listed.items():
        with pytest.raises(SystemExit):
            build_parser().parse_args([command, "--help"])
        text = capsys.readouterr().out
        assert [option for option in re.findall(r"--[a-z-]+", line) if option not in text] == []


def test_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(block, names)  # noqa: S102
    assert isinstance(names["state"], twin_lakehouse.TwinState)
    assert {"trajectory", "lake"} <= set(names)
