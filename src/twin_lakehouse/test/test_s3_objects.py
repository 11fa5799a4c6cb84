"""Objects in S3: whole or not at all, in bounded time, with credentials of the standard chain that stay secret."""

# ruff: noqa: S106  no secrets

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from twin_lakehouse import Lake, LakeAwayError, LakeSettings, create_twin, query_twin, to_arrow
from twin_lakehouse.errors import LakeFullError, MissingFileError, QueryError, SettingsError
from twin_lakehouse.s3 import S3Storage
from twin_lakehouse.settings import S3Access
from twin_lakehouse.testing import ACCESS_KEY, SECRET_KEY, S3Server

from .making import TWIN, segment, snapshot

KEY = "raw/turtlebot-01/job_id=job-1/000001.mcap"
SMALLEST_PART = 5 << 20  # S3 refuses smaller ones, but for the last


@pytest.fixture
def storage(s3: S3Server) -> Iterator[S3Storage]:
    with closing(S3Storage(f"s3://{s3.new_bucket()}/twin", s3.access, timeout_s=20.0)) as opened:
        yield opened


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("twin_lakehouse.s3.PART_BYTES", SMALLEST_PART)
    path = tmp_path / "large.mcap"
    path.write_bytes(os.urandom(2 * SMALLEST_PART + 1000))
    return path


def client(storage: S3Storage) -> Any:
    return storage._session.client


def on_request(storage: S3Storage, operation: str, change: Any) -> None:
    """Calls `change(request)` before each such request is sent; what it returns is taken for the answer."""

    def hook(request: Any, **_: object) -> Any:
        return change(request)

    client(storage).meta.events.register(f"before-send.s3.{operation}", hook)


def damage(request: Any) -> None:
    body = request.body if isinstance(request.body, bytes) else request.body.read()
    request.body = b"damaged!" + body[8:]


def unavailable(request: Any) -> Any:
    from botocore.awsrequest import AWSResponse

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield b"<Error><Code>SlowDown</Code></Error>"

    return AWSResponse(request.url, 503, {}, Raw())


@pytest.mark.parametrize("is_file", [True, False])
def test_large_file_is_sent_in_parts_and_fetched_whole(storage: S3Storage, large: Path, *, is_file: bool) -> None:
    assert (storage.put(large, KEY) if is_file else storage.put_bytes(large.read_bytes(), KEY)) == KEY
    assert storage.fetch(KEY).read_bytes() == large.read_bytes()
    assert client(storage).head_object(Bucket=storage._bucket, Key=f"twin/{KEY}")["ETag"].endswith('-3"')


def test_what_a_block_writes_is_there_when_it_ended_well(storage: S3Storage) -> None:
    with storage.writing(KEY) as file:
        file.write(b"recorded")
    assert storage.fetch(KEY).read_bytes() == b"recorded"

    def fail() -> None:
        with storage.writing("other") as file:
            file.write(b"half")
            raise KeyError("a bug")

    with pytest.raises(KeyError, match="a bug"):
        fail()
    assert not storage.exists("other")


def test_fetch_gives_what_the_object_is_now_and_downloads_it_once(storage: S3Storage) -> None:
    downloads: list[Any] = []
    on_request(storage, "GetObject", downloads.append)
    found = []
    for data in (b"first", b"first", b"other"):
        storage.put_bytes(data, KEY)
        found.append(storage.fetch(KEY).read_bytes())
    assert (found, len(downloads)) == ([b"first", b"first", b"other"], 2)
    storage.remove(KEY)
    with pytest.raises(MissingFileError, match="is not in the storage"):
        storage.fetch(KEY)


def test_object_for_which_the_disk_has_no_room_is_told(storage: S3Storage) -> None:
    storage.put_bytes(b"first", KEY)
    partial = storage.fetch(KEY).with_name("000001.mcap.partial")
    storage.put_bytes(b"other", KEY)
    partial.symlink_to("/dev/full")
    with pytest.raises(LakeFullError):
        storage.fetch(KEY)
    partial.unlink()
    assert storage.fetch(KEY).read_bytes() == b"other"


def test_object_that_arrives_damaged_is_refused(storage: S3Storage) -> None:
    on_request(storage, "PutObject", damage)
    with pytest.raises(LakeAwayError, match=r"BadDigest|SHA256Mismatch|arrived damaged"):
        storage.put_bytes(b"a recorded segment", KEY)
    assert not storage.exists(KEY)


def test_part_that_arrives_damaged_leaves_no_object_and_no_part(storage: S3Storage, large: Path) -> None:
    sent = []

    def damage_second(request: Any) -> None:
        sent.append(request)
        if "partNumber=2" in request.url:
            damage(request)

    on_request(storage, "UploadPart", damage_second)
    with pytest.raises(LakeAwayError, match=r"BadDigest|SHA256Mismatch|arrived damaged"):
        storage.put(large, KEY)
    assert len(sent) == 1 + S3Access().attempts
    assert not storage.exists(KEY)
    assert "Uploads" not in client(storage).list_multipart_uploads(Bucket=storage._bucket)


def test_object_that_comes_back_damaged_is_refused(storage: S3Storage) -> None:
    client(storage).put_object(Bucket=storage._bucket, Key=f"twin/{KEY}", Body=b"x", Metadata={"crc32": "00000000"})
    with pytest.raises(LakeAwayError, match=r"000001\.mcap arrived damaged; call again"):
        storage.fetch(KEY)


def test_request_is_repeated_while_the_service_is_busy(storage: S3Storage) -> None:
    tries = []

    def busy_twice(request: Any) -> Any:
        tries.append(request)
        return unavailable(request) if len(tries) < 3 else None

    on_request(storage, "PutObject", busy_twice)
    storage.put_bytes(b"x", KEY)
    assert (len(tries), storage.exists(KEY)) == (3, True)


def test_service_that_stays_busy_is_an_outage(storage: S3Storage) -> None:
    on_request(storage, "HeadObject", unavailable)
    with pytest.raises(LakeAwayError, match="HTTP 503"):
        storage.exists(KEY)


def test_service_that_never_answers_is_an_outage_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        access = S3Access(
            access_key="key", secret_key="secret", endpoint_url=f"http://127.0.0.1:{hole.getsockname()[1]}"
        )
        storage = S3Storage("s3://bucket", access, timeout_s=2.0)
        begun = time.monotonic()
        with pytest.raises(LakeAwayError, match=r"ReadTimeoutError at http://127\.0\.0\.1"):
            storage.put_bytes(b"x", KEY)
    assert time.monotonic() - begun < 20.0


def test_wrong_secret_is_refused_and_not_repeated_in_the_error(s3: S3Server) -> None:
    if s3.kind == "moto":
        pytest.skip("moto checks no signature")
    wrong = replace(s3.access, secret_key="wrong-secret")
    with pytest.raises(LakeAwayError, match=r"SignatureDoesNotMatch, HTTP 403.*check the credentials") as caught:
        S3Storage(f"s3://{s3.new_bucket()}", wrong, timeout_s=20.0).put_bytes(b"x", KEY)
    assert "wrong-secret" not in str(caught.value)


def files_of_profile(folder: Path, *, config: str, credentials: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, text in (("AWS_CONFIG_FILE", config), ("AWS_SHARED_CREDENTIALS_FILE", credentials)):
        (folder / variable).write_text(textwrap.dedent(text))
        monkeypatch.setenv(variable, str(folder / variable))
    monkeypatch.setenv("AWS_PROFILE", "robot")


def test_lake_opens_with_the_profile_of_the_usual_files(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = f"[profile robot]\nregion = eu-central-1\nendpoint_url = {s3.access.endpoint_url}\n"
    credentials = f"[robot]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
    files_of_profile(tmp_path, config=config, credentials=credentials, monkeypatch=monkeypatch)
    environ = {"TWIN_CATALOG": f"sqlite:{tmp_path}/c.sqlite", "TWIN_STORAGE": f"s3://{s3.new_bucket()}/twin"}
    with Lake.open(LakeSettings.from_env(environ)) as lake:
        create_twin(lake, TWIN)
        lake.commit_segment(segment(), {"twins.state_snapshots": to_arrow([snapshot(0)])})
        assert query_twin(lake, TWIN, "SELECT count(*) AS n FROM state_snapshots")["n"].to_pylist() == [1]


def test_credentials_that_expire_are_renewed_for_queries_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3: S3Server
) -> None:
    if s3.kind == "seaweedfs":
        pytest.skip("it lets in no keys that a test makes up")
    program = tmp_path / "renew.py"
    program.write_text(
        "import datetime, json, pathlib, sys\n"
        "count = pathlib.Path(sys.argv[1]); number = len(count.read_text()) if count.exists() else 0\n"
        "count.write_text('x' * (number + 1))\n"
        "soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)\n"
        "print(json.dumps({'Version': 1, 'AccessKeyId': f'KEY{number}', 'SecretAccessKey': 's',"
        " 'Expiration': soon.isoformat()}))\n"
    )
    config = f"[profile robot]\ncredential_process = {sys.executable} {program} {tmp_path}/count\n"
    files_of_profile(tmp_path, config=config, credentials="", monkeypatch=monkeypatch)
    access = S3Access(endpoint_url=s3.access.endpoint_url)
    settings = LakeSettings(catalog=f"sqlite:{tmp_path}/c", storage=f"s3://{s3.new_bucket()}", s3=access)

    def key_in_use(lake: Lake) -> str:
        sql = "SELECT regexp_extract(secret_string, 'key_id=(KEY[0-9]+)', 1) FROM duckdb_secrets()"
        return str(lake._connection().execute(sql).fetchall()[0][0])

    with Lake.open(settings) as lake, lake.reader() as reader:
        assert [key_in_use(each) < key_in_use(each) for each in (lake, reader)] == [True, True]


def test_profile_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files_of_profile(tmp_path, config="", credentials="", monkeypatch=monkeypatch)
    with pytest.raises(SettingsError, match="AWS_PROFILE='robot' is no profile"):
        S3Storage("s3://bucket", S3Access(), timeout_s=1.0).exists(KEY)


def test_credentials_are_nowhere_to_be_found(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    access = (
        replace(s3.access, session_token="") if s3.kind == "seaweedfs" else replace(s3.access, session_token="T0KEN")
    )
    bucket = s3.new_bucket()
    settings = LakeSettings(catalog=f"sqlite:{tmp_path}/catalog", storage=f"s3://{bucket}/twin", s3=access, timeout_s=5)
    seen = [repr(settings), str(settings)]
    with Lake.open(settings) as lake:
        create_twin(lake, TWIN)
        lake.commit_segment(segment(), {"twins.state_snapshots": to_arrow([snapshot(0)])})
        lake.storage.put_bytes(b"recorded", KEY)
        for sql in (
            "FROM duckdb_secrets()",
            "FROM duckdb_secrets(redact=false)",
            "FROM which_secret('s3://x', 's3')",
            "SELECT name, value FROM duckdb_settings()",
            "SELECT getenv('AWS_SECRET_ACCESS_KEY')",
            "SELECT current_setting('s3_secret_access_key')",
            "SELECT * FROM lake.twins.assets, lake.recordings.segments",
            f"FROM 's3://{bucket}/nosuch.parquet'",
            f"FROM read_text('s3://{bucket}/**')",
        ):
            try:
                seen.append(str(query_twin(lake, TWIN, sql).to_pylist()))
            except QueryError as error:
                seen += [str(error), repr(error.__cause__)]
        seen += [str(row) for row in lake._connection().execute("FROM duckdb_secrets()").fetchall()]
        with s3.stopped(), pytest.raises(LakeAwayError) as caught:
            lake.storage.exists(KEY)
        seen += [str(caught.value), repr(caught.value.__cause__), repr(caught.value.__context__)]
        files = [path.read_bytes() for path in tmp_path.glob("catalog*")]
    texts = [*seen, caplog.text]
    assert len(caplog.records) > 0
    for secret in filter(None, (access.secret_key, access.session_token)):
        assert [text for text in texts if secret in text] == []
        assert not any(secret.encode() in data for data in files)


def test_boto3_is_imported_only_for_s3(tmp_path: Path) -> None:
    code = (
        "import sys; from twin_lakehouse import Lake, LakeSettings\n"
        f"Lake.open(LakeSettings(catalog='sqlite:{tmp_path}/c', storage='{tmp_path}/d')).close()\n"
        "raise SystemExit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
