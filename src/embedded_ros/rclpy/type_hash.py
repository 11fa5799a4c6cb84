"""Hash of an interface's definition (REP-2016)."""

from __future__ import annotations


class TypeHash:
    """Version and 32 bytes; prints as `RIHS01_…`."""

    _TYPE_HASH_SIZE = 32

    __slots__ = ["_value", "_version"]

    def __init__(self, version: int = -1, value: bytes = bytes(_TYPE_HASH_SIZE)) -> None:
        self.version = version
        self.value = value

    @classmethod
    def _from_text(cls, text: str) -> TypeHash:
        """Read `RIHS01_…`; text of another form gives the invalid hash."""
        version, _, digits = text.removeprefix("RIHS").partition("_")
        try:
            return cls(int(version), bytes.fromhex(digits))
        except ValueError:
            return cls()

    @property
    def version(self) -> int:
        return self._version

    @version.setter
    def version(self, value: int) -> None:
        assert isinstance(value, int), f"version {value!r} must be an int"
        self._version = value

    @property
    def value(self) -> bytes:
        return self._value

    @value.setter
    def value(self, value: bytes) -> None:
        assert isinstance(value, bytes), f"value {value!r} must be bytes"
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeHash) and (self.version, self.value) == (other.version, other.value)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        if self._version <= 0 or len(self._value) != self._TYPE_HASH_SIZE:
            return "INVALID"
        return f"RIHS{self._version:02}_{self._value.hex()}"
