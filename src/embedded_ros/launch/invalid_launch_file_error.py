"""The error of a launch file that can't be read."""

from collections.abc import Sequence


class InvalidLaunchFileError(Exception):
    """A launch file could not be loaded; `likely_errors` say why, the most likely first."""

    def __init__(self, extension: str = "", *, likely_errors: Sequence[Exception] | None = None) -> None:
        super().__init__(extension)
        self._extension = extension
        self._likely_errors = likely_errors or ()
        if extension and self._likely_errors:
            self.__cause__ = self._likely_errors[0]

    def __str__(self) -> str:
        if not self._extension or not self._likely_errors:
            return "The launch file may have a syntax error, or its format is unknown"
        what = "multiple exceptions" if len(self._likely_errors) > 1 else "exception"
        lines = [f"Caught {what} when trying to load file of format [{self._extension}]:"]
        return "\n".join(lines + [f" - {type(error).__name__}: {error}" for error in self._likely_errors])
