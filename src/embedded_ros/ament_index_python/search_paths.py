"""Which prefixes are searched."""

from embedded_ros.rosidl.lookup import prefixes


def get_search_paths() -> list[str]:
    """Existing prefixes on AMENT_PREFIX_PATH, in its order, then the one inside embedded_ros.

    Unlike in Jazzy, an empty AMENT_PREFIX_PATH is no error: the underlay itself is always there.
    """
    return [str(prefix) for prefix in prefixes() if prefix.exists()]
