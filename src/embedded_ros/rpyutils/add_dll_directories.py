"""Where Windows looks for the libraries of extension modules."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def add_dll_directories_from_env(env_name: str) -> Iterator[None]:
    """Within it, Windows also looks in the folders that the environment variable lists; elsewhere nothing changes."""
    with ExitStack() as added:
        if sys.platform == "win32":
            for folder in os.environ.get(env_name, "").split(os.pathsep):
                if os.path.isdir(folder):  # noqa: PTH112
                    added.enter_context(os.add_dll_directory(folder))
        yield
