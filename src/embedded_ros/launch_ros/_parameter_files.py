"""Parameter files that a launch writes for its nodes."""

from pathlib import Path
from tempfile import NamedTemporaryFile

from launch.logging import launch_config


def write_parameter_file(text: str) -> Path:
    """A new file with that text."""
    # Beside the logs, where who reads them wants to see it; not in /tmp, where nobody would remove it.
    with NamedTemporaryFile(
        mode="w", prefix="launch_params_", suffix=".yaml", dir=launch_config.log_dir, delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
    return Path(file.name)
