"""What the storage uses of boto3's S3 client."""

# ruff: noqa: N803  the arguments' names are the service's

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO, Protocol, TypedDict


class Answer(TypedDict, total=False):
    """What the answers have of which this package reads something."""

    ETag: str
    ChecksumCRC32: str
    ServerSideEncryption: str
    SSECustomerAlgorithm: str
    UploadId: str
    ContentLength: int
    Metadata: dict[str, str]
    Body: IO[bytes]


class S3Client(Protocol):
    """The part of boto3's client that the storage uses."""

    def put_object(
        self, *, Bucket: str, Key: str, Body: bytes, ContentMD5: str, ChecksumCRC32: str, Metadata: dict[str, str]
    ) -> Answer: ...

    def create_multipart_upload(self, *, Bucket: str, Key: str, Metadata: dict[str, str]) -> Answer: ...

    def upload_part(
        self,
        *,
        Bucket: str,
        Key: str,
        UploadId: str,
        PartNumber: int,
        Body: bytes,
        ContentMD5: str,
        ChecksumCRC32: str,
    ) -> Answer: ...

    def complete_multipart_upload(
        self, *, Bucket: str, Key: str, UploadId: str, MultipartUpload: Mapping[str, Sequence[Mapping[str, object]]]
    ) -> Answer: ...

    def abort_multipart_upload(self, *, Bucket: str, Key: str, UploadId: str) -> Answer: ...

    def get_object(self, *, Bucket: str, Key: str) -> Answer: ...

    def head_object(self, *, Bucket: str, Key: str) -> Answer: ...

    def delete_object(self, *, Bucket: str, Key: str) -> Answer: ...
