"""What every handle can do."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol


class DestroyableType(Protocol):
    """Type of handles: a context manager while used, destroyed after the last use."""

    def __enter__(self) -> None: ...

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None: ...

    def destroy_when_not_in_use(self) -> None: ...
