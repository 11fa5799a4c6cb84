"""Results as JUnit XML."""

from __future__ import annotations

import unittest
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any


def unittestResultsToXml(
    *, name: str = "launch_test", test_results: Mapping[Any, Any] | None = None
) -> ET.ElementTree[ET.Element]:
    """One document for the results of several runs, by the names of these."""
    results = {} if test_results is None else test_results
    suites = ET.Element("testsuites", name=name)
    suites.set("tests", str(sum(result.testsRun for result in results.values())))
    for kind in ("failures", "errors"):
        suites.set(kind, str(sum(len(getattr(result, kind)) for result in results.values())))
    suites.set("time", str(round(sum(sum(result.testTimes.values()) for result in results.values()), 3)))
    suites.extend(unittestResultToXml(str(run), result) for run, result in results.items())
    return ET.ElementTree(suites)


def unittestResultToXml(name: str, test_result: Any) -> ET.Element:
    """The element of one run."""
    suite = ET.Element("testsuite", name=name, tests=str(test_result.testsRun))
    for kind in ("failures", "errors", "skipped"):
        suite.set(kind, str(len(getattr(test_result, kind))))
    suite.set("time", str(round(sum(test_result.testTimes.values()), 3)))
    suite.extend(unittestCaseToXml(test_result, case) for case in test_result.testCases)
    return suite


def unittestCaseToXml(test_result: Any, test_case: unittest.TestCase) -> ET.Element:
    """The element of one test."""
    method, _, qualifiers = test_case.id().partition(" ")
    class_name, _, method_name = method.rpartition(".")
    case = ET.Element("testcase", classname=class_name, name=f"{method_name} {qualifiers}".strip())
    case.set("time", str(round(test_result.testTimes[test_case], 3)))
    for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        case.extend(ET.Element(tag, message=text) for other, text in getattr(test_result, kind) if other == test_case)
    return case
