"""Which prefixes are searched."""

import os
import sys
from pathlib import Path

from ament_index_python.constants import AMENT_PREFIX_PATH_ENV_VAR
from embedded_ros.rosidl import builtin_prefix


def get_search_paths() -> list[str]:
    """Existing prefixes on AMENT_PREFIX_PATH, in its order. Raises OSError if it is empty.

    Unlike in Jazzy, it need not be set: then this environment and the prefix inside embedded_ros are searched.
    """
    listed = os.environ.get(AMENT_PREFIX_PATH_ENV_VAR)
    if listed is None:
        return [str(path) for path in (Path(sys.prefix), builtin_prefix()) if (path / "share/ament_index").is_dir()]
    if not listed:
        raise OSError(f"Environment variable '{AMENT_PREFIX_PATH_ENV_VAR}' is set to nothing: source a setup file")
    return [path for path in listed.split(os.pathsep) if path and Path(path).exists()]
