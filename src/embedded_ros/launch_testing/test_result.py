"""Results of test runs."""

from __future__ import annotations

import time
import unittest
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .loader import TestRun


class FailResult(unittest.TestResult):
    """All tests of a run fail with `message`, since their launch did."""

    def __init__(self, test_run: TestRun, message: str) -> None:
        super().__init__()
        for case in test_run.all_cases():
            self.addFailure(case, (Exception, Exception(message), None))  # type: ignore[arg-type]
            self.testsRun += 1

    @property
    def testCases(self) -> list[unittest.TestCase]:
        """The tests."""
        return [case for case, _ in self.failures]

    @property
    def testTimes(self) -> dict[unittest.TestCase, float]:
        """Seconds that each has taken."""
        return dict.fromkeys(self.testCases, 0)

    def wasSuccessful(self) -> bool:
        """Also without tests, it was not."""
        return False


class SkipResult(unittest.TestResult):
    """All tests of a run are skipped, since their launch is."""

    def __init__(self, test_run: TestRun, skip_reason: str = "") -> None:
        super().__init__()
        for case in test_run.all_cases():
            self.addSkip(case, skip_reason)
            self.testsRun += 1

    @property
    def testCases(self) -> list[unittest.TestCase]:
        """The tests."""
        return [case for case, _ in self.skipped]

    @property
    def testTimes(self) -> dict[unittest.TestCase, float]:
        """Seconds that each has taken."""
        return dict.fromkeys(self.testCases, 0)


class TestResult(unittest.TextTestResult):
    """Knows which tests have run, and how long."""

    __test__ = False  # pytest: no test class, whatever its name

    def __init__(self, stream: Any = None, descriptions: Any = None, verbosity: Any = None) -> None:
        self._began_s: dict[unittest.TestCase, float] = {}
        self._times_s: dict[unittest.TestCase, float] = {}
        super().__init__(stream, descriptions, verbosity)

    @property
    def testCases(self) -> Iterable[unittest.TestCase]:
        """The tests."""
        return self._times_s.keys()

    @property
    def testTimes(self) -> dict[unittest.TestCase, float]:
        """Seconds that each has taken."""
        return dict(self._times_s)

    def startTest(self, test: unittest.TestCase) -> None:
        """A test begins."""
        self._began_s[test] = time.monotonic()
        self._times_s[test] = 0.0
        super().startTest(test)

    def stopTest(self, test: unittest.TestCase) -> None:
        """A test is over."""
        self._times_s[test] = time.monotonic() - self._began_s[test]
        super().stopTest(test)

    def append(self, results: TestResult) -> None:
        """Add what other tests have given."""
        self._times_s.update(results._times_s)
        self.testsRun += results.testsRun
        for kind in ("failures", "errors", "skipped", "expectedFailures", "unexpectedSuccesses"):
            getattr(self, kind).extend(getattr(results, kind))
