"""What can go wrong before or during a search; every message names the thing, the value and the way out."""

from __future__ import annotations

from collections.abc import Sequence


class NavigatorError(Exception):
    """Base of this package's errors. `recoverable`: the same call may succeed later without a change."""

    recoverable = False


class ConfigError(NavigatorError):
    """A parameter has a value that cannot work."""

    def __init__(self, parameter: str, value: object, wanted: str) -> None:
        super().__init__(f"parameter {parameter} = {value!r}: {wanted}")
        self.parameter = parameter
        self.value = value


class LocationsFileError(NavigatorError):
    """The file of named locations cannot be read or has a mistake."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(
            f"locations file {path!r}: {problem}; parameter locations_file needs a world YAML"
            " whose `locations:` has entries `name: {x, y, yaw}`"
        )
        self.path = path


class UnknownLocationError(NavigatorError):
    """A route names a location that the locations file does not have."""

    def __init__(self, name: str, path: str, known: Sequence[str]) -> None:
        super().__init__(f"location {name!r} of parameter route is not in {path!r}; it has: {', '.join(known)}")
        self.name = name
        self.known = tuple(known)


class ImageError(NavigatorError):
    """An image's encoding or size is not what the detector reads."""

    recoverable = True


class MissionStateError(NavigatorError):
    """A mission was asked to move to a state that does not follow the one it is in."""

    def __init__(self, state: str, wanted: str, allowed: Sequence[str]) -> None:
        ways = ", ".join(allowed) or "none, it is over"
        super().__init__(f"mission is {state} and cannot become {wanted}; next states from here: {ways}")
        self.state = state
        self.wanted = wanted
