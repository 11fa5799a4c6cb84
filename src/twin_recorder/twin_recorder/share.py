"""Where this package's configuration lies, with and without a ROS installation."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .core.definitions import default_prefixes
from .core.errors import ConfigError

_RELATIVE: Final = Path("share/twin_recorder/config/topics.yaml")


def default_topics_file() -> Path:
    """The installed topic table; in a source tree, the one beside the package. Raises ConfigError."""
    beside = Path(__file__).resolve().parent.parent / "config" / "topics.yaml"
    for path in (*(prefix / _RELATIVE for prefix in default_prefixes()), beside):
        if path.is_file():
            return path
    raise ConfigError(f"no {_RELATIVE} below AMENT_PREFIX_PATH; source install/setup.bash, or name a topic table")
