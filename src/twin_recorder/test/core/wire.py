"""Random messages of any type as bytes, written field by field: rosbags, which reads them, is no part of it."""

from __future__ import annotations

import numpy as np

from twin_recorder.core.fields import DTYPES, Message, Node, Scalar, Sequence, Text

HEADERS = {"<": b"\x00\x01\x00\x00", ">": b"\x00\x00\x00\x00"}
LETTERS = ["a", "Z", "0", '"', "\\", "\n", "ü", "€", "🤖"]
FLOATS = [0.0, -0.0, 1.0, np.inf, -np.inf, 5e-324, 1e-45, 3.4e38]


class Writer:
    """Draws values from `random` and appends them as CDR, little- ("<") or big-endian (">")."""

    def __init__(self, random: np.random.Generator, order: str = "<") -> None:
        self._random = random
        self._order = order
        self._out = bytearray(HEADERS[order])
        self.counts_at: list[int] = []

    def message(self, tree: Message) -> bytes:
        """One message with up to three bytes after it, as some middlewares send."""
        self._node(tree)
        return bytes(self._out) + bytes(int(self._random.integers(4)))

    def _node(self, node: Node) -> None:
        match node:
            case Message(fields=fields):
                for field in fields:
                    self._node(field.node)
            case Scalar(primitive=primitive):
                self._scalar(primitive)
            case Text():
                data = "".join(self._random.choice(LETTERS, int(self._random.integers(4)))).encode() + b"\0"
                self._count(len(data))
                self._out += data
            case Sequence(element=element, fixed_size=size):
                count = int(self._random.integers(4)) if size is None else size
                if size is None:
                    self._count(count)
                for _ in range(count):
                    self._node(element)

    def _count(self, count: int) -> None:
        self._align(4)
        self.counts_at.append(len(self._out))
        self._out += np.array(count, dtype=f"{self._order}u4").tobytes()

    def _scalar(self, primitive: str) -> None:
        dtype = DTYPES[primitive].newbyteorder(self._order)  # type: ignore[arg-type]
        self._align(dtype.itemsize)
        if primitive == "bool":
            self._out.append(int(self._random.integers(2)))
        elif dtype.kind == "f":
            self._out += self._float(dtype).tobytes()
        else:
            self._out += self._random.bytes(dtype.itemsize)

    def _float(self, dtype: np.dtype[np.generic]) -> np.ndarray[tuple[()], np.dtype[np.generic]]:
        """Any bits, often a special number; a NaN is a quiet one, as Python's floats can't carry the other kind."""
        if self._random.integers(2):
            with np.errstate(over="ignore"):
                return np.array(self._random.choice(FLOATS)).astype(dtype)
        value = np.frombuffer(self._random.bytes(dtype.itemsize), dtype=dtype)[0]
        bits = np.array(value).view(f"{self._order}u{dtype.itemsize}")
        quiet = 1 << (22 if dtype.itemsize == 4 else 51)
        return (bits | bits.dtype.type(quiet)).view(dtype) if np.isnan(value) else np.array(value)

    def _align(self, size: int) -> None:
        self._out += bytes(-(len(self._out) - 4) % size)
