"""Whether bytes arrived as they were sent: checksums of what goes to an S3 service, and of what comes from it."""

from __future__ import annotations

import base64
import hashlib
import zlib

from twin_lakehouse._s3_client import Answer

CRC = "crc32"
"""The key of an object's metadata for the CRC-32 of the whole file, in hexadecimal."""


class Sums:
    """Checksums of some bytes, as a request carries them."""

    def __init__(self, data: bytes) -> None:
        self.crc = zlib.crc32(data)
        self.crc32 = _base64(self.crc.to_bytes(4, "big"))
        # The one that services which don't know CRC-32 check.
        self._digest = hashlib.md5(data, usedforsecurity=False)
        self.md5 = _base64(self._digest.digest())

    def agree_with(self, answer: Answer) -> bool:
        """False where the service says that it has other bytes."""
        if "ChecksumCRC32" in answer:
            return answer["ChecksumCRC32"] == self.crc32
        return _may_be_of(self._digest.hexdigest(), answer)


class Arrived:
    """What of an object has come so far."""

    def __init__(self) -> None:
        self._crc = self._size = 0
        self._digest = hashlib.md5(usedforsecurity=False)

    def take(self, block: bytes) -> None:
        self._crc = zlib.crc32(block, self._crc)
        self._size += len(block)
        self._digest.update(block)

    def is_what_was_sent(self, answer: Answer) -> bool:
        """By the CRC-32 of its upload; without one, somebody else's object or a damaged header, by its tag."""
        crc = answer.get("Metadata", {}).get(CRC)
        is_whole = self._size == answer.get("ContentLength")
        return is_whole and (_may_be_of(self._digest.hexdigest(), answer) if crc is None else crc == f"{self._crc:08x}")


def _may_be_of(md5: str, answer: Answer) -> bool:
    """False where the tag is an MD5, and another one; of parts, or with a key of the customer or of KMS, it is none."""
    tag = answer.get("ETag", "").strip('"')
    return len(tag) != 32 or _is_encrypted(answer) or tag == md5


def _is_encrypted(answer: Answer) -> bool:
    return "SSECustomerAlgorithm" in answer or answer.get("ServerSideEncryption", "").startswith("aws:kms")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
