"""The check of a lake's files finds what it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.files import Files, check_files
from tests.faults.making import assets, segment
from twin_lakehouse import Lake, LakeSettings


def lake_of_one_staged_file(folder: Path) -> tuple[LakeSettings, Path]:
    settings = LakeSettings(catalog=f"sqlite:{folder}/catalog.sqlite", storage=str(folder / "data"))
    with Lake.open(settings) as lake:
        staged = lake.stage("twins.assets", assets("robot"))
        lake.commit_segment(segment(), {"twins.assets": staged})
    return settings, folder / "data" / str(staged.key)


def test_whole_lake_misses_nothing_and_keeps_no_orphan(tmp_path: Path) -> None:
    settings, file = lake_of_one_staged_file(tmp_path)
    orphan = file.with_name("ducklake-orphan.parquet")
    orphan.write_bytes(file.read_bytes())
    assert check_files(settings) == Files(staged=1, missing=0, unnamed=0)
    assert not orphan.exists()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("spoil", [Path.unlink, cut])
def test_file_that_is_gone_or_cut_is_missed(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    settings, file = lake_of_one_staged_file(tmp_path)
    spoil(file)
    assert check_files(settings).missing > 0


def test_file_that_nobody_deletes_is_told(tmp_path: Path) -> None:
    settings, file = lake_of_one_staged_file(tmp_path)
    file.with_name("foreign.parquet").write_bytes(file.read_bytes())
    assert check_files(settings).unnamed == 1
