"""Type of file paths."""

import os
from typing import TypeVar

FilePath = TypeVar("FilePath", str, bytes, os.PathLike[str])
