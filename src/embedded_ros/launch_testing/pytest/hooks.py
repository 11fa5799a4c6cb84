"""The plugin: files with a marked `generate_test_description` are launch tests, one test each."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import TestCase

import pytest
from _pytest.pathlib import import_path

from embedded_ros.absent import module_getattr

from ..loader import LoadTestsFromPythonModule, TestRun
from ..test_runner import LaunchTestRunner
from . import hookspecs

_ENTRYPOINT = b"generate_test_description"


class LaunchTestFailure(Exception):
    """Some tests of a launch have failed; `results` are those of its runs."""

    def __init__(self, message: str, results: dict[TestRun, Any]) -> None:
        super().__init__(message)
        self.message = message
        self.results = results

    def failures(self) -> Iterator[tuple[str, str]]:
        """Name and error text of each failed test."""
        for result in self.results.values():
            for case, error in (*result.errors, *result.failures):
                if isinstance(case, TestCase) and not result.wasSuccessful():
                    yield case.id(), error


class LaunchTestItem(pytest.Item):
    """All launches of a file, with their tests."""

    def __init__(
        self,
        *,
        test_runs: Sequence[TestRun] = (),
        runner_cls: type[LaunchTestRunner] = LaunchTestRunner,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.test_runs = test_runs
        self.runner_cls = runner_cls

    def runtest(self) -> None:
        """Run them; LaunchTestFailure if a test has failed."""
        arguments = [word for words in self.config.getoption("--launch-args") for word in words]
        # Copies: tests are bound to one launch, and may be asked to run again.
        runner = self.runner_cls(copy.deepcopy(self.test_runs), arguments, bool(self.config.getoption("verbose")))
        runner.validate()
        results = runner.run()
        if not all(result.wasSuccessful() for result in results.values()):
            raise LaunchTestFailure("some test cases have failed", results)

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """What pytest shows."""
        if not isinstance(excinfo.value, LaunchTestFailure):
            return super().repr_failure(excinfo, style)
        line = "-" * 70
        return "\n".join(f"\nFAIL: {name}\n{line}\n{error}" for name, error in excinfo.value.failures())

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is, and its name."""
        return self.path, 0, f"launch tests: {self.name}"


class LaunchTestModule(pytest.File):
    """A file with launch tests."""

    def makeitem(self, *args: Any, **kwargs: Any) -> LaunchTestItem:
        """The item of the file; for derived classes."""
        item: LaunchTestItem = LaunchTestItem.from_parent(*args, **kwargs)
        return item

    def collect(self) -> Iterable[LaunchTestItem]:
        """The one item."""
        module = _imported(self.path, self.config)
        name = module.__name__
        yield self.makeitem(name=name, parent=self, test_runs=LoadTestsFromPythonModule(module, name=name))


def find_launch_test_entrypoint(path: Path, config: pytest.Config) -> Any:
    """`generate_test_description` of a file; None if it has none, or can't be imported (which pytest will tell)."""
    # Most test files have nothing to do with launch: those are left to pytest unread.
    if _ENTRYPOINT not in path.read_bytes():
        return None
    try:
        module = _imported(path, config)
    except (Exception, pytest.skip.Exception):  # noqa: BLE001
        return None
    return getattr(module, _ENTRYPOINT.decode(), None)


def _imported(path: Path, config: pytest.Config) -> ModuleType:
    # As pytest itself will, so that it finds the module instead of running the file once more.
    options = {}
    if "consider_namespace_packages" in inspect.signature(import_path).parameters:  # from pytest 8.1 on
        options["consider_namespace_packages"] = bool(config.getini("consider_namespace_packages"))
    return import_path(path, mode=config.getoption("importmode"), root=config.rootpath, **options)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Hand launch tests to those who run their kind."""
    entrypoint = find_launch_test_entrypoint(module_path, parent.config)
    if entrypoint is None:
        return None
    hook = parent.session.gethookproxy(module_path)
    module: pytest.Collector | None = hook.pytest_launch_collect_makemodule(
        path=module_path, parent=parent, entrypoint=entrypoint
    )
    return module


@pytest.hookimpl(trylast=True)
def pytest_launch_collect_makemodule(path: Path, parent: pytest.Collector, entrypoint: Any) -> LaunchTestModule | None:
    """Collect what is marked with `launch_test`; the file's test gets all of the marks."""
    return marked_module(LaunchTestModule, path, parent, entrypoint) if has_mark(entrypoint, "launch_test") else None


def has_mark(entrypoint: Any, name: str) -> bool:
    """Whether a `generate_test_description` is marked with `name`."""
    return any(mark.name == name for mark in getattr(entrypoint, "pytestmark", ()))


def marked_module(
    module_class: type[LaunchTestModule], path: Path, parent: pytest.Collector, entrypoint: Any
) -> LaunchTestModule:
    """A collector for the file at `path`, with all marks of its `generate_test_description`."""
    module: LaunchTestModule = module_class.from_parent(parent=parent, path=path)
    for mark in entrypoint.pytestmark:
        module.add_marker(getattr(pytest.mark, mark.name).with_args(*mark.args, **mark.kwargs))
    return module


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hook."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addoption(
        "--launch-args", action="append", nargs="*", default=[], help="name:=value arguments of launch tests"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "launch_test: the function describes a launch; the file's unittest cases run beside and after it"
    )


__getattr__ = module_getattr(__name__, frozenset({"LaunchTestFailureRepr"}))
