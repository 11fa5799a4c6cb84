"""A Python expression's value."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..frontend.expose import expect_arguments, expose_substitution
from ..launch_context import LaunchContext
from ..substitution import Substitution
from ..utilities import ensure_argument_type, normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("eval")
class PythonExpression(Substitution):
    """`expression`, evaluated; sees `python_modules` by name, and the names in `math` bare."""

    def __init__(self, expression: SomeSubstitutionsType, python_modules: SomeSubstitutionsType = ("math",)) -> None:
        allowed = (str, Substitution, Iterable)
        ensure_argument_type(expression, allowed, "expression", "PythonExpression")
        ensure_argument_type(python_modules, allowed, "python_modules", "PythonExpression")
        self._expression = normalize_to_list_of_substitutions(expression)
        self._python_modules = normalize_to_list_of_substitutions(python_modules)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(eval ...)`."""
        expect_arguments("eval", data, 1, 2)
        kwargs: dict[str, Any] = {"expression": data[0]}
        if len(data) > 1:
            # One text with commas; it names what is imported and can't depend on what the launch is given.
            names = perform_substitutions(LaunchContext(), normalize_to_list_of_substitutions(data[1])).split(",")
            kwargs["python_modules"] = [name.strip() for name in names if name.strip()]
        return cls, kwargs

    @property
    def expression(self) -> list[Substitution]:
        """The expression's text."""
        return self._expression

    @property
    def python_modules(self) -> list[Substitution]:
        """Modules that the expression sees."""
        return self._python_modules

    def describe(self) -> str:
        """Text for a person."""
        expression = " + ".join(sub.describe() for sub in self._expression)
        return f"PythonExpr({expression}, [{', '.join(sub.describe() for sub in self._python_modules)}])"

    def perform(self, context: LaunchContext) -> str:
        """The value as text."""
        names: dict[str, Any] = {}
        for sub in self._python_modules:
            module = importlib.import_module(context.perform_substitution(sub))
            if module.__name__ == "math":
                names.update(vars(module))
            names[module.__name__] = module
        # A launch file is a program that its user chose to run; its expressions are part of it.
        return str(eval(perform_substitutions(context, self._expression), {}, names))  # noqa: S307
