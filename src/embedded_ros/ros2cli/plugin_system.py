"""The version that extensions of the `ros2` command are written for."""

PLUGIN_SYSTEM_VERSION = "0.1"


def satisfies_version(version: str, caret_range: str) -> None:
    """Raises RuntimeError unless `version` is in a range such as '^0.1': not older, and of one series."""
    if not caret_range.startswith("^"):
        raise ValueError(f"'{caret_range}' is no caret range such as '^0.1'")
    has, wanted = (tuple(map(int, text.split(".")[:2])) for text in (version, caret_range[1:]))
    # In a caret range the first number that is not 0 may not change.
    is_same_series = has[0] == wanted[0] and (wanted[0] > 0 or has[1] == wanted[1])
    if has < wanted or not is_same_series:
        raise RuntimeError(f"this is version {version} of the ros2cli plugin system; the extension needs {caret_range}")
