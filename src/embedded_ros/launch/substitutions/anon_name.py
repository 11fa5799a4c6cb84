"""Names that no other launch has."""

from __future__ import annotations

import os
import re
import secrets
import socket
from typing import TYPE_CHECKING

from ..frontend.expose import expect_arguments, expose_substitution
from ..substitution import Substitution
from ..utilities import normalize_to_list_of_substitutions, perform_substitutions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..frontend.expose import Parsed
    from ..launch_context import LaunchContext
    from ..some_substitutions_type import SomeSubstitutionsType


@expose_substitution("anon")
class AnonName(Substitution):
    """`name` made unique; the same name gives the same result throughout one launch."""

    def __init__(self, name: SomeSubstitutionsType) -> None:
        self._name = normalize_to_list_of_substitutions(name)

    @classmethod
    def parse(cls, data: Sequence[SomeSubstitutionsType]) -> Parsed:
        """Arguments of `$(anon ...)`."""
        expect_arguments("anon", data, 1)
        return cls, {"name": data[0]}

    @property
    def name(self) -> list[Substitution]:
        """The name to start from."""
        return self._name

    def describe(self) -> str:
        """Text for a person."""
        return f"AnonName({' + '.join(sub.describe() for sub in self._name)})"

    def perform(self, context: LaunchContext) -> str:
        """The unique name."""
        name = perform_substitutions(context, self._name)
        return context.launch_configurations.setdefault("anon" + name, self.compute_name(name))

    def compute_name(self, id_value: str) -> str:
        """A new unique name, valid for a ROS node."""
        unique = f"{id_value}_{socket.gethostname()}_{os.getpid()}_{secrets.randbits(63)}"
        return re.sub(r"[.:-]", "_", unique)
