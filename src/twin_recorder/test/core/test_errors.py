"""Error classes: one base, and nobody has to read a text to know whether to try again."""

from __future__ import annotations

import inspect

from twin_recorder.core import errors


def test_every_error_has_the_base_and_says_whether_it_passes() -> None:
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    kinds = [kind for kind in classes if issubclass(kind, errors.RecorderError)]
    assert kinds == classes
    assert {kind.__name__: kind.recoverable for kind in kinds} == {
        "RecorderError": False,
        "ConfigError": False,
        "UsageError": False,
        "DefinitionError": False,
        "DecodeError": False,
        "SegmentError": False,
        "ForeignSegmentError": False,
        "SegmentStateError": False,
        "SpoolError": True,
        "BagError": False,
    }
