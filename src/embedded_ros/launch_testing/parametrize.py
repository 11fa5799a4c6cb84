"""Runs a launch several times, with other arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def parametrize(argnames: str, argvalues: Iterable[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator of `generate_test_description`: a launch for each of `argvalues` (tuples, if there are more names).

    `argnames`: names of its arguments, with commas in between.
    """
    names = [name.strip() for name in argnames.split(",") if name.strip()]
    rows = [row if isinstance(row, tuple) else (row,) for row in argvalues]

    def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(func)
        def parametrized() -> Iterator[tuple[Callable[..., Any], dict[str, Any]]]:
            for row in rows:
                arguments = dict(zip(names, row, strict=False))
                partial = functools.partial(func, **arguments)
                functools.update_wrapper(partial, func)
                yield partial, arguments

        vars(parametrized)["__parametrized__"] = True
        return parametrized

    return decorate
