"""Versions of extension points."""

from packaging.version import Version


class PluginException(Exception):
    """An extension does not fit the extension point."""


def satisfies_version(version: str, caret_range: str) -> None:
    """Raise PluginException unless `version` is in the range, as '0.1.3' is in '^0.1' (but not '0.2')."""
    if not caret_range.startswith("^"):
        raise ValueError(f"version range {caret_range!r} is no caret range, as '^0.1' is")
    given, least = Version(version), Version(caret_range[1:])
    if given < least:
        raise PluginException(f"Extension point is too old ({given}), the extension requires '{least}'")
    if given >= get_upper_bound_caret_version(least):
        raise PluginException(f"Extension point is newer ({given}), than what the extension supports '{least}'")


def get_upper_bound_caret_version(version: Version) -> Version:
    """The first version that breaks what `version` has promised."""
    if version.major > 0:
        return Version(f"{version.major + 1}.0.0")
    return Version(f"0.{version.minor + 1}.0")
