"""Names that the index is found by."""

from typing import Final

RESOURCE_INDEX_SUBFOLDER: Final = "share/ament_index/resource_index"
AMENT_PREFIX_PATH_ENV_VAR: Final = "AMENT_PREFIX_PATH"
