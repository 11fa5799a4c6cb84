"""The pytest plugin: collects marked tests, launches what they need, runs them beside it."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Generator, Sequence
from typing import Any

import pytest

from launch import LaunchDescription, LaunchService
from launch_testing.actions.ready import ready_actions

from .actions import ReadyToTest
from .fixture import (
    LaunchOptions,
    finalize_launch_service,
    get_event_loop_fixture,
    get_launch_context_fixture,
    get_launch_service_fixture,
)
from .run import wrap

launch_service = get_launch_service_fixture(overridable=False)
launch_context = get_launch_context_fixture(overridable=False)
event_loop = get_event_loop_fixture(overridable=False)


class LaunchTestWarning(pytest.PytestWarning):
    """A launch test is not declared as it should be."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "launch(fixture, shutdown=False): run the test beside (or, shutdown, after) what the fixture launches",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> Generator[None, Any, Any]:
    """Launch what a launch fixture gives, and wait until it is ready."""
    options: LaunchOptions | None = getattr(fixturedef.func, "_launch_pytest_options", None)
    if options is None:
        return (yield)
    prefix = f"When running launch_pytest fixture '{fixturedef.func.__name__}':"
    service: LaunchService = request.getfixturevalue("launch_service")
    loop: asyncio.AbstractEventLoop = request.getfixturevalue("event_loop")
    given: Any = yield
    description = _description(given, prefix)
    ready = asyncio.Event()
    _ready_action(description)._add_callback(ready.set)
    service.include_launch_description(description)
    task = loop.create_task(service.run_async(shutdown_when_idle=options.shutdown_when_idle))
    fixturedef.addfinalizer(
        functools.partial(finalize_launch_service, service, eprefix=prefix, auto_shutdown=options.auto_shutdown)
    )
    loop.run_until_complete(_ready_or_over(ready, task, prefix))
    return given


def _description(given: Any, prefix: str) -> LaunchDescription:
    description = given[0] if isinstance(given, Sequence) and given else given
    assert isinstance(description, LaunchDescription), (  # noqa: S101
        f"{prefix} return value must be either a launch description or a sequence which first item is a launch "
        f"description, got {given!r}"
    )
    return description


async def _ready_or_over(ready: asyncio.Event, task: asyncio.Task[int], prefix: str) -> None:
    is_ready = asyncio.create_task(ready.wait())
    await asyncio.wait([is_ready, task], return_when=asyncio.FIRST_COMPLETED)
    if not is_ready.done():
        is_ready.cancel()
        raise RuntimeError(f"{prefix} the launch ended with code {task.result()} before it was ready to test")


def _ready_action(description: LaunchDescription) -> ReadyToTest:
    found = list(ready_actions(description.entities))
    if not found:
        found = [ReadyToTest()]
        description.add_entity(found[0])
    if len(found) > 1:
        raise RuntimeError("launch_pytest fixtures must return a LaunchDescription with only one ReadyToTest action")
    return found[0]


def _fixture_of(item: pytest.Item) -> Any | None:
    mark = item.get_closest_marker("launch")
    return None if mark is None else mark.kwargs.get("fixture")


def _has_shutdown_mark(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("launch")
    return mark is not None and bool(mark.kwargs.get("shutdown", False))


def _has_two_stages(function: Callable[..., Any]) -> bool:
    return inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: Any, name: str, obj: Any) -> list[pytest.Item] | None:
    """Collect marked tests; a generator beside a longer-lived launch becomes two items, the second one after it."""
    if not collector.funcnamefilter(name) or not inspect.isfunction(obj):
        return None
    probe = pytest.Function.from_parent(collector, name=name)  # type: ignore[no-untyped-call]
    if probe.get_closest_marker("launch") is None:
        return None
    fixture = _fixture_of(probe)
    if fixture is None:
        message = '"fixture" keyword argument is required in a pytest.mark.launch() decorator'
        probe.warn(LaunchTestWarning(message))
        probe.add_marker(pytest.mark.skip(message))
        return [probe]
    is_shutdown = _has_shutdown_mark(probe)
    items = _items(collector, name, obj, fixture, is_shutdown=is_shutdown)
    if not _has_two_stages(obj) or fixture._launch_pytest_options.scope == "function":
        return items
    second = _items(collector, name, obj, fixture, is_shutdown=True)
    for item, shutdown_item in zip(items, second, strict=True):
        shutdown_item.name = f"{shutdown_item.name}[shutdown_test]"
        item._launch_pytest_shutdown_item = shutdown_item  # type: ignore[attr-defined]
    return [*items, *second]


def _items(collector: Any, name: str, obj: Any, fixture: Any, *, is_shutdown: bool) -> list[pytest.Item]:
    # Marked before the items are made: a parametrized launch fixture multiplies them.
    pytest.mark.usefixtures(fixture.__name__, "launch_service", "event_loop")(obj)
    items: list[pytest.Item] = list(collector._genfunctions(name, obj))
    for item in items:
        item._launch_pytest_is_shutdown = is_shutdown  # type: ignore[attr-defined]
    return items


def _is_shutdown_test(item: pytest.Item) -> bool:
    return getattr(item, "_launch_pytest_is_shutdown", False)


def _launch_of(item: pytest.Item) -> tuple[Any, Any] | None:
    """What tests of the same launch have in common; None if the item shares its launch with no other."""
    fixture = _fixture_of(item)
    if fixture is None or fixture._launch_pytest_options.scope == "function":
        return None
    callspec = getattr(item, "callspec", None)
    return fixture, None if callspec is None else callspec.params.get(fixture.__name__)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move tests that run after a launch behind the last test that runs beside it."""
    for index in range(len(items) - 1, -1, -1):
        launch = _launch_of(items[index])
        if launch is None or not _is_shutdown_test(items[index]):
            continue
        beside = [
            position
            for position in range(index + 1, len(items))
            if _launch_of(items[position]) == launch and not _is_shutdown_test(items[position])
        ]
        if beside:
            items.insert(beside[-1], items.pop(index))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> Generator[None, Any, Any]:
    """Run a marked test: coroutines in the launch's loop, functions in a thread beside it."""
    fixture = _fixture_of(pyfuncitem)
    if fixture is None:
        return (yield)
    function = pyfuncitem.obj
    if _has_shutdown_mark(pyfuncitem) and _has_two_stages(function):
        pytest.fail("generator or async generator based launch test items cannot be marked with shutdown=True")
    options: LaunchOptions = fixture._launch_pytest_options
    finalize = functools.partial(
        finalize_launch_service,
        pyfuncitem.funcargs["launch_service"],
        eprefix=f"When running test {function.__name__}",
        auto_shutdown=options.auto_shutdown,
    )
    wrapped = wrap(
        function,
        pyfuncitem.funcargs["event_loop"],
        finalize,
        is_after_shutdown=_is_shutdown_test(pyfuncitem),
        is_one_item=options.scope == "function",
    )
    pyfuncitem.obj = wrapped.test
    if wrapped.after_shutdown is not None:
        second = pyfuncitem._launch_pytest_shutdown_item
        second.obj = wrapped.after_shutdown
        second._fixtureinfo = pyfuncitem.session._fixturemanager.getfixtureinfo(second, second.obj, second.cls)
    return (yield)
