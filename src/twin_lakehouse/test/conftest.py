"""A fresh lake, and rows to put in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from twin_lakehouse import Lake, LakeSettings


@pytest.fixture
def settings(tmp_path: Path) -> LakeSettings:
    return LakeSettings(catalog=f"sqlite:{tmp_path}/lake/catalog.sqlite", storage=f"{tmp_path}/lake/data")


@pytest.fixture
def lake(settings: LakeSettings) -> Iterator[Lake]:
    with Lake.open(settings) as opened:
        yield opened
