"""The hook by which packages run launch tests of their own kind."""

from pathlib import Path
from typing import Any

import pytest


@pytest.hookspec(firstresult=True)
def pytest_launch_collect_makemodule(path: Path, parent: pytest.Collector, entrypoint: Any) -> pytest.Collector | None:
    """A collector for the file at `path`, whose `generate_test_description` is `entrypoint`; None: of no such kind."""
