"""What can go wrong, each with the thing, the value and the way out in its text."""

from __future__ import annotations


class RecorderError(Exception):
    """Base of this package's errors. `recoverable`: trying again later can succeed without anybody doing anything."""

    recoverable = False


class ConfigError(RecorderError):
    """A parameter or an entry of the topic table is wrong."""


class UsageError(RecorderError):
    """An option of a command has a value that can't be used; `option` is its name."""

    def __init__(self, option: str, problem: str) -> None:
        self.option = option
        super().__init__(f"{option} {problem}")


class DefinitionError(RecorderError):
    """A message type's definition is missing or can't be read."""


class DecodeError(RecorderError):
    """A message isn't what its type says."""


class SegmentError(RecorderError):
    """A file isn't a segment, or holds what can never be committed."""


class ForeignSegmentError(RecorderError):
    """A segment that an earlier run left was recorded for another lake; it stays in the spool."""


class SegmentStateError(RecorderError):
    """A segment was to move to a state that it can't go to."""


class SpoolError(RecorderError):
    """The spool folder can't be used now; nothing that was recorded is lost."""

    recoverable = True


class BagError(RecorderError):
    """A recording can't be read."""
