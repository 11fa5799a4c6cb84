"""Loading of the launches and tests in a module."""

from __future__ import annotations

import functools
import inspect
import itertools
import unittest
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from .actions.ready import ready_actions

if TYPE_CHECKING:
    from launch import LaunchDescription

Tests: TypeAlias = Iterable[Any]  # a unittest.TestSuite, or tests and suites
_READY_TIMEOUT_S = 15.0


class TestRun:
    """One launch with its tests: those that run during it, and those that run after it.

    `param_args`: arguments that `launch_testing.parametrize` has given to the test description. `timeout`, s: how long
    it may take until the launch is ready.
    """

    __test__ = False  # pytest: no test class, whatever its name

    def __init__(
        self,
        name: str,
        test_description_function: Callable[..., Any],
        param_args: Mapping[str, Any],
        pre_shutdown_tests: Tests,
        post_shutdown_tests: Tests,
    ) -> None:
        self.name = name
        self._test_description_function = test_description_function
        self.param_args = param_args
        self.pre_shutdown_tests = pre_shutdown_tests
        self.post_shutdown_tests = post_shutdown_tests
        self.timeout: float = getattr(test_description_function, "__ready_to_test_action_timeout__", _READY_TIMEOUT_S)
        for case in self.all_cases():
            self._rename(case)
        for suite in _suites(pre_shutdown_tests, post_shutdown_tests):
            # They are needed after they have run: for reports, and to be run again.
            suite._cleanup = False

    def _rename(self, case: Any) -> None:
        if self.param_args:
            name = case._testMethodName + self._format_params()
            setattr(case, name, getattr(case, case._testMethodName))
            case._testMethodName = name

    @property
    def markers(self) -> dict[str, Any]:
        """What launch_testing.markers have set."""
        markers: dict[str, Any] = getattr(self._test_description_function, "__markers__", {})
        return markers

    def normalized_test_description(self, *, ready_fn: Callable[[], None]) -> tuple[LaunchDescription, dict[str, Any]]:
        """A new launch description, and what it gives to the tests; `ready_fn` is called when they may start.

        RuntimeError if there is no ReadyToTest action in it.
        """
        result = self._test_description_function()
        description, context = result if isinstance(result, tuple) else (result, {})
        ready = next(ready_actions(description.entities), None)
        if ready is None:
            raise RuntimeError(
                "generate_test_description functions must return a LaunchDescription containing a ReadyToTest action"
            )
        ready._add_callback(ready_fn)
        return description, context

    def get_launch_description(self) -> LaunchDescription:
        """A launch description to look at, not to be run."""
        return self.normalized_test_description(ready_fn=lambda: None)[0]

    def bind(
        self,
        tests: Tests,
        injected_attributes: Mapping[str, Any] | None = None,
        injected_args: Mapping[str, Any] | None = None,
    ) -> None:
        """Give objects to the tests: as attributes, and to all methods with an argument of their name."""
        for name, value in (injected_attributes or {}).items():
            for test_class in _classes(tests):
                setattr(test_class, name, property(functools.partial(_deprecated_attribute, name, value)))
        _bind_arguments(tests, injected_args or {})

    def all_cases(self) -> Iterator[unittest.TestCase]:
        """All of its tests."""
        yield from _cases(self.pre_shutdown_tests)
        yield from _cases(self.post_shutdown_tests)

    def __str__(self) -> str:
        return self.name + self._format_params()

    def _format_params(self) -> str:
        return f"[{', '.join(map(str, self.param_args.values()))}]" if self.param_args else ""


def LoadTestsFromPythonModule(module: ModuleType, *, name: str = "launch_tests") -> list[TestRun]:
    """A run for each launch that `generate_test_description` of the module, parametrized or not, stands for."""
    generate = module.generate_test_description
    launches = generate() if hasattr(generate, "__parametrized__") else [(generate, {})]
    return [
        TestRun(
            name,
            description,
            arguments,
            PreShutdownTestLoader().loadTestsFromModule(module),
            PostShutdownTestLoader().loadTestsFromModule(module),
        )
        for description, arguments in launches
    ]


class _Loader(unittest.TestLoader):
    def __init__(self, *, is_post_shutdown: bool) -> None:
        super().__init__()
        self._is_post_shutdown = is_post_shutdown

    def loadTestsFromTestCase(self, testCaseClass: type[unittest.TestCase]) -> unittest.TestSuite:
        if getattr(testCaseClass, "__post_shutdown_test__", False) != self._is_post_shutdown:
            return unittest.TestSuite()
        # A class a run: what is bound to the tests of one must not reach those of another.
        own_class = type(testCaseClass.__name__, (testCaseClass,), {"__module__": testCaseClass.__module__})
        return super().loadTestsFromTestCase(own_class)


def PreShutdownTestLoader() -> unittest.TestLoader:
    """Loads tests that run during the launch."""
    return _Loader(is_post_shutdown=False)


def PostShutdownTestLoader() -> unittest.TestLoader:
    """Loads tests that run after the launch."""
    return _Loader(is_post_shutdown=True)


def _bind_arguments(tests: Tests, candidates: Mapping[str, Any]) -> None:
    for case in _cases(tests):
        for name in (case._testMethodName, "setUp", "tearDown"):
            setattr(case, name, _bound(getattr(case, name), candidates))
    for test_class in _classes(tests):
        for name in ("setUpClass", "tearDownClass"):
            setattr(test_class, name, _bound(getattr(test_class, name), candidates))


def _bound(function: Callable[..., Any], candidates: Mapping[str, Any]) -> Callable[..., Any]:
    wanted = inspect.signature(function).parameters
    return functools.partial(function, **{name: value for name, value in candidates.items() if name in wanted})


def _deprecated_attribute(name: str, value: Any, test: object) -> Any:  # noqa: ARG001
    warnings.warn(f"self.{name} of tests is deprecated: add the argument '{name}' to the test method", stacklevel=2)
    return value


def _cases(tests: Any) -> Iterator[Any]:
    if not isinstance(tests, Iterable):
        yield tests
        return
    for test in tests:
        yield from _cases(test)


def _classes(tests: Tests) -> list[type[unittest.TestCase]]:
    return list(dict.fromkeys(type(case) for case in _cases(tests)))


def _suites(*tests: Any) -> Iterator[Any]:
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield test
        if isinstance(test, Iterable):
            yield from itertools.chain.from_iterable(_suites(inner) for inner in test)
