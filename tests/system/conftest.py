"""Fixtures of the whole-system tests: a graph and a lake of their own for every test."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "tests" / "system" / "worlds" / "room.yaml"

# Domains 101..200 are for tests; two test runs on one machine start from different ones.
_DOMAINS = itertools.count(101 + os.getpid() % 50)


@pytest.fixture
def own_graph(monkeypatch: pytest.MonkeyPatch) -> int:
    """A ROS domain that no other test uses, for this process and those that it starts."""
    domain = next(_DOMAINS)
    monkeypatch.setenv("ROS_DOMAIN_ID", str(domain))
    return domain


@pytest.fixture
def own_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty lake below the test's folder, for this process and those that it starts."""
    monkeypatch.setenv("TWIN_CATALOG", f"sqlite:{tmp_path / 'lake' / 'catalog.sqlite'}")
    monkeypatch.setenv("TWIN_STORAGE", str(tmp_path / "lake" / "data"))
    return tmp_path / "lake"
