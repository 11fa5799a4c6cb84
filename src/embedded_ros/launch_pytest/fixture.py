"""Fixtures that launch something."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, overload

import pytest

from launch import LaunchContext, LaunchService

Scope = Literal["session", "package", "module", "class", "function"]
_ORDER: tuple[Scope, ...] = ("function", "class", "module", "package", "session")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """How a launch fixture was declared."""

    scope: Scope
    shutdown_when_idle: bool
    auto_shutdown: bool


def finalize_launch_service(launch_service: LaunchService, eprefix: str = "", *, auto_shutdown: bool = True) -> None:
    """Wait for the end of a launch (`auto_shutdown`: bring it about); AssertionError if launch's exit code is not 0."""
    if auto_shutdown:
        launch_service.shutdown(force_sync=True)
    loop = launch_service.event_loop
    if loop is not None and not loop.is_closed():
        code = loop.run_until_complete(launch_service.task)
        assert code == 0, f"{eprefix} launch service failed when finishing, return code '{code}'"  # noqa: S101


def get_launch_service_fixture(*, scope: Scope = "function", overridable: bool = True) -> Any:
    """A fixture `launch_service` of that scope."""

    @pytest.fixture(scope=scope)
    def launch_service(event_loop: asyncio.AbstractEventLoop) -> Iterator[LaunchService]:  # noqa: ARG001
        service = LaunchService()
        yield service
        finalize_launch_service(service, eprefix="When tearing down launch_service fixture")

    return _marked(launch_service, scope, overridable=overridable)


def get_launch_context_fixture(*, scope: Scope = "function", overridable: bool = True) -> Any:
    """A fixture `launch_context` of that scope."""

    @pytest.fixture(scope=scope)
    def launch_context(launch_service: LaunchService) -> LaunchContext:
        return launch_service.context

    return _marked(launch_context, scope, overridable=overridable)


def get_event_loop_fixture(*, scope: Scope = "function", overridable: bool = True) -> Any:
    """A fixture `event_loop` of that scope."""

    @pytest.fixture(scope=scope)
    def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        yield loop
        loop.close()
        asyncio.set_event_loop(None)

    return _marked(event_loop, scope, overridable=overridable)


_GETTERS: dict[str, Callable[..., Any]] = {
    "event_loop": get_event_loop_fixture,
    "launch_context": get_launch_context_fixture,
    "launch_service": get_launch_service_fixture,
}


def _marked(fixture_definition: Any, scope: Scope, *, overridable: bool) -> Any:
    fixture_definition._launch_pytest_overridable_scope = scope if overridable else None
    return fixture_definition


@overload
def fixture(decorated: Callable[..., Any], *args: Any) -> Any: ...


@overload
def fixture(
    decorated: None = None,
    *args: Any,
    scope: Scope = "function",
    shutdown_when_idle: bool = True,
    auto_shutdown: bool = True,
    **kwargs: Any,
) -> Callable[[Callable[..., Any]], Any]: ...


def fixture(
    decorated: Callable[..., Any] | None = None,
    *args: Any,
    scope: Scope = "function",
    shutdown_when_idle: bool = True,
    auto_shutdown: bool = True,
    **kwargs: Any,
) -> Any:
    """A fixture that gives a launch description (or a sequence that starts with one), which is launched for its tests.

    `shutdown_when_idle`: the launch ends when its processes do. `auto_shutdown`: it is ended after the last test that
    runs beside it; else it must end by itself. `args` and `kwargs` are pytest.fixture's.
    """
    if scope != "function":
        _widen_fixtures(sys._getframe(1).f_globals, scope)
    options = LaunchOptions(scope=scope, shutdown_when_idle=shutdown_when_idle, auto_shutdown=auto_shutdown)

    def decorator(function: Callable[..., Any]) -> Any:
        function._launch_pytest_options = options  # type: ignore[attr-defined]
        definition: Any = pytest.fixture(*args, scope=scope, **kwargs)(function)
        definition._launch_pytest_options = options
        return definition

    return decorator if decorated is None else decorator(decorated)


def _widen_fixtures(module: dict[str, Any], scope: Scope) -> None:
    """Give the module fixtures of at least that scope, unless it has some of its own."""
    for name, get_fixture in _GETTERS.items():
        there = module.get(name)
        is_missing = name not in module
        own_scope = getattr(there, "_launch_pytest_overridable_scope", None)
        if is_missing or (own_scope is not None and _ORDER.index(scope) > _ORDER.index(own_scope)):
            module[name] = get_fixture(scope=scope)
