"""Global ids: the XXH3-128 of an entity's liveliness token, low half first, each half little endian."""

from __future__ import annotations

import xxhash

GID_SIZE = 16


def gid_of(token: str) -> bytes:
    """16 bytes for the liveliness token of an entity."""
    return xxhash.xxh3_128_digest(token.encode())[::-1]
