"""The object store as a bucket with a prefix, on AWS or a compatible service (RustFS, MinIO, SeaweedFS, R2).

Each request carries the MD5 and the CRC-32 of what it sends: every service checks one of them at least, and the answer
is compared with them as well. The file's own CRC-32 stays in the object's metadata, for those who fetch it.
"""

from __future__ import annotations

import io
import math
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import urlsplit

from twin_lakehouse._quoting import quoted
from twin_lakehouse._s3_client import S3Client
from twin_lakehouse._s3_session import DamagedError, Keys, S3Session
from twin_lakehouse._s3_sums import CRC, Arrived, Sums
from twin_lakehouse.errors import LakeAwayError
from twin_lakehouse.settings import S3Access
from twin_lakehouse.storage import checked_key, local_errors, missing, storage_errors

if TYPE_CHECKING:
    import duckdb

PART_BYTES = 8 << 20
"""Files above this size are sent in parts of it; a slow link must carry one within the read timeout."""
_MOST_PARTS = 10_000
_BLOCK_BYTES = 1 << 20
_DAMAGED = "arrived damaged"
# Nobody listens on port 9 of this machine, and who did would discard it.
_NO_WIRE = ("127.0.0.1:9", 0)
_T = TypeVar("_T")


class S3Storage:
    """A bucket with a prefix; `url` is s3://bucket/prefix, `timeout_s` bounds each request with its repetitions."""

    def __init__(self, url: str, access: S3Access, *, timeout_s: float) -> None:
        self._url = url
        self._bucket, _, self._prefix = url.removeprefix("s3://").partition("/")
        self._session = S3Session(access, timeout_s=timeout_s)
        self._cache: tempfile.TemporaryDirectory[str] | None = None
        self._tags: dict[str, str] = {}
        self._prepared: tuple[duckdb.DuckDBPyConnection, Keys] | None = None

    @property
    def root(self) -> str:
        """The URL, s3://bucket/prefix."""
        return self._url

    def put(self, local: Path, key: str) -> str:
        """Uploads a file; larger ones in parts, which become an object when the last one has arrived."""
        target = self._target(key)
        with local_errors(local, target), local.open("rb") as file:
            self._put(file, local.stat().st_size, key)
        return key

    def put_bytes(self, data: bytes, key: str) -> str:
        """As put."""
        self._put(io.BytesIO(data), len(data), key)
        return key

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        """In memory, then as put."""
        file = io.BytesIO()
        yield file
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        self._put(file, size, key)

    def fetch(self, key: str) -> Path:
        """A copy in a temporary folder, kept until close; refused where its CRC-32 isn't the one of its upload.

        It is used again as long as the object is the same one: its tag is asked for each time.
        """
        if self._cache is None:
            self._cache = tempfile.TemporaryDirectory(prefix="twin-storage-")
        path = Path(self._cache.name) / checked_key(key)
        try:
            self._session.call(self._target(key), lambda client: self._refresh(client, key, path))
        except KeyError:
            raise missing(key, self.root) from None
        return path

    def exists(self, key: str) -> bool:
        """Whether the object is there."""
        name = self._name(key)
        try:
            self._session.call(self._target(key), lambda client: client.head_object(Bucket=self._bucket, Key=name))
        except KeyError:
            return False
        return True

    def remove(self, key: str) -> bool:
        """Deletes the object."""
        if not self.exists(key):
            return False
        name = self._name(key)
        self._session.call(self._target(key), lambda client: client.delete_object(Bucket=self._bucket, Key=name))
        return True

    def prepare(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Gives DuckDB's httpfs the credentials of now, where it has others."""
        keys = self._session.keys()
        if self._prepared is None or self._prepared[0] is not connection:
            for statement in _settings(self._session):
                connection.execute(statement)
        elif self._prepared[1] == keys:
            return
        connection.execute(_secret(keys, self._session))
        self._prepared = (connection, keys)

    @property
    def data_path(self) -> str:
        """The URL."""
        return self._url

    @contextmanager
    def withheld(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """All of DuckDB's requests go to a proxy that isn't there; a secret that is changed inside a transaction would
        not count for what deletes the files.
        """
        with closing(connection.cursor()) as cursor:
            before = cursor.execute("SELECT current_setting('http_proxy'), current_setting('http_retries')").fetchone()
            try:
                _set_wire(cursor, *_NO_WIRE)
                yield
            finally:
                _set_wire(cursor, *(before or ("", 3)))

    def close(self) -> None:
        """Removes the copies."""
        if self._cache is not None:
            self._cache.cleanup()
            self._cache = None
            self._tags.clear()

    def _name(self, key: str) -> str:
        return f"{self._prefix}/{checked_key(key)}" if self._prefix else checked_key(key)

    def _target(self, key: str) -> str:
        return f"{self._url}/{checked_key(key)}"

    def _put(self, file: IO[bytes], size: int, key: str) -> None:
        """A file of `size` bytes, from its beginning."""
        if size <= PART_BYTES:
            self._put_whole(file.read(), key)
        else:
            self._put_parts(file, size, key)

    def _put_whole(self, data: bytes, key: str) -> None:
        sums = Sums(data)

        def put(client: S3Client) -> None:
            answer = client.put_object(
                Bucket=self._bucket,
                Key=self._name(key),
                Body=data,
                ContentMD5=sums.md5,
                ChecksumCRC32=sums.crc32,
                Metadata={CRC: f"{sums.crc:08x}"},
            )
            if not sums.agree_with(answer):
                client.delete_object(Bucket=self._bucket, Key=self._name(key))
                raise DamagedError(_DAMAGED)

        self._call(key, put)

    def _put_parts(self, file: IO[bytes], size: int, key: str) -> None:
        """Raises LakeAwayError; the parts that were sent are dropped then."""
        part_bytes = max(PART_BYTES, math.ceil(size / _MOST_PARTS))
        crc = 0
        for block in _blocks(file, _BLOCK_BYTES):
            crc = zlib.crc32(block, crc)
        file.seek(0)
        where = {"Bucket": self._bucket, "Key": self._name(key)}
        metadata = {CRC: f"{crc:08x}"}
        begun = self._call(key, lambda client: client.create_multipart_upload(**where, Metadata=metadata))
        upload = {**where, "UploadId": begun["UploadId"]}
        try:
            tags = [
                self._put_part(upload, number, part, key) for number, part in enumerate(_blocks(file, part_bytes), 1)
            ]
            parts = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]}
            self._call(key, lambda client: client.complete_multipart_upload(**upload, MultipartUpload=parts))
        except BaseException:
            with suppress(LakeAwayError, KeyError):
                self._session.call(self._target(key), lambda client: client.abort_multipart_upload(**upload))
            raise

    def _put_part(self, upload: dict[str, str], number: int, data: bytes, key: str) -> str:
        """Sends a part; gives the tag under which the service keeps it."""
        sums = Sums(data)

        def put(client: S3Client) -> str:
            answer = client.upload_part(
                **upload, PartNumber=number, Body=data, ContentMD5=sums.md5, ChecksumCRC32=sums.crc32
            )
            if not sums.agree_with(answer):
                raise DamagedError(_DAMAGED)
            return answer["ETag"]

        return self._call(key, put)

    def _refresh(self, client: S3Client, key: str, path: Path) -> None:
        known = self._tags.get(key)
        if known and known == client.head_object(Bucket=self._bucket, Key=self._name(key)).get("ETag"):
            return
        self._tags[key] = self._download(client, key, path)

    def _download(self, client: S3Client, key: str, path: Path) -> str:
        """The tag of what is in `path` then."""
        answer = client.get_object(Bucket=self._bucket, Key=self._name(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        arrived = Arrived()
        with storage_errors(str(partial)):
            partial.write_bytes(b"")
        for block in _blocks(answer["Body"], _BLOCK_BYTES):
            arrived.take(block)
            # Closed each time, as a full disk may be noticed only then; what fails on the wire is an OSError as well.
            with storage_errors(str(partial)), partial.open("ab") as file:
                file.write(block)
        if not arrived.is_what_was_sent(answer):
            raise DamagedError(_DAMAGED)
        partial.rename(path)
        return answer.get("ETag", "")

    def _call(self, key: str, request: Callable[[S3Client], _T]) -> _T:
        try:
            return self._session.call(self._target(key), request)
        except KeyError:
            raise LakeAwayError(
                f"{self._target(key)} can't be written: it is gone before it was whole", remedy="call again"
            ) from None


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    while block := file.read(size):
        yield block


def _settings(session: S3Session) -> Iterator[str]:
    """What DuckDB's httpfs shall do as boto3 does."""
    yield f"SET http_timeout = {math.ceil(session.read_timeout_s)}"
    yield f"SET http_retries = {session.access.attempts - 1}"
    if session.access.ca_bundle:
        yield f"SET ca_cert_file = {quoted(session.access.ca_bundle)}"


def _set_wire(connection: duckdb.DuckDBPyConnection, proxy: str, retries: int) -> None:
    connection.execute(f"SET GLOBAL http_proxy = {quoted(proxy)}")
    connection.execute(f"SET GLOBAL http_retries = {retries}")


def _secret(keys: Keys, session: S3Session) -> str:
    endpoint = urlsplit(session.endpoint_url)
    options = {
        "KEY_ID": keys.access_key,
        "SECRET": keys.secret_key,
        "SESSION_TOKEN": keys.session_token,
        "REGION": session.region,
        "ENDPOINT": endpoint.netloc,
        "URL_STYLE": "path" if endpoint.netloc else "",
    }
    given = ", ".join(f"{name} {quoted(value)}" for name, value in options.items() if value)
    uses_tls = str(endpoint.scheme != "http").lower()
    return f"CREATE OR REPLACE SECRET lake_storage (TYPE s3, {given}, USE_SSL {uses_tls})"
