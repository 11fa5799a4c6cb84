"""A catalog that accepts everything and never answers: each call ends, and the next one after the outage succeeds."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.making import assets, segment
from tests.faults.proxy import BLACK, GOOD, MUTE, Proxy
from twin_lakehouse import (
    Lake,
    LakeAwayError,
    LakeSettings,
    _answers,
    create_twin,
    list_twins,
)
from twin_lakehouse._answers import patient_url
from twin_lakehouse.testing import PostgresServer, S3Server, at_port


def settings_of(catalog: str, folder: Path, timeout_s: float = 4.0) -> LakeSettings:
    return LakeSettings(catalog=catalog, storage=str(folder / "data"), timeout_s=timeout_s)


@pytest.fixture(params=["folder", "s3"])
def direct(postgres: PostgresServer, s3: S3Server, tmp_path: Path, request: pytest.FixtureRequest) -> LakeSettings:
    """A lake of servers, or with its files in a folder; without the proxy."""
    local = settings_of(postgres.new_database(), tmp_path)
    if request.param == "folder":
        return local
    return replace(local, storage=f"s3://{s3.new_bucket()}/twin", s3=s3.access)


@pytest.mark.parametrize("pattern", [b"", b"COMMIT", b"ducklake_snapshot_changes"])
def test_silence_of_the_catalog_ends_the_call(postgres: PostgresServer, tmp_path: Path, pattern: bytes) -> None:
    database = postgres.new_database()
    with (
        Proxy(("127.0.0.1", postgres.port)) as proxy,
        Lake.open(settings_of(at_port(database, proxy.port), tmp_path)) as lake,
    ):
        create_twin(lake, "before")
        proxy.trap(pattern, lambda: proxy.behave(BLACK))
        with pytest.raises(LakeAwayError):
            create_twin(lake, "meanwhile")
        proxy.behave(GOOD)
        proxy.cut()
        create_twin(lake, "after")
        assert [twin.asset_id for twin in list_twins(lake)] == ["after", "before"]


def test_commit_whose_answer_is_lost_keeps_its_files(postgres: PostgresServer, direct: LakeSettings) -> None:
    with Proxy(("127.0.0.1", postgres.port)) as proxy:
        with Lake.open(replace(direct, catalog=at_port(direct.catalog, proxy.port))) as lake:
            create_twin(lake, "before")
            # The COMMIT of the transaction that writes, not of one that has only read.
            lost = functools.partial(proxy.behave, MUTE)
            proxy.trap(b"INSERT INTO", lambda: proxy.trap(b"COMMIT", lost))
            with pytest.raises(LakeAwayError, match=r"didn't answer a COMMIT.*whether it was written isn't known"):
                create_twin(lake, "meanwhile")
        with Lake.open(direct) as lake:
            create_twin(lake, "after")
            assert [twin.asset_id for twin in list_twins(lake)] == ["after", "before", "meanwhile"]


def test_commit_whose_answer_is_lost_keeps_what_was_staged_for_it(
    postgres: PostgresServer, direct: LakeSettings
) -> None:
    recorded = segment()
    with Proxy(("127.0.0.1", postgres.port)) as proxy:
        with Lake.open(replace(direct, catalog=at_port(direct.catalog, proxy.port))) as lake:
            staged = lake.stage("twins.assets", assets("meanwhile"))
            assert staged.key is not None
            proxy.trap(b"INSERT INTO", lambda: proxy.trap(b"COMMIT", functools.partial(proxy.behave, MUTE)))
            with pytest.raises(LakeAwayError, match="didn't answer a COMMIT"):
                lake.commit_segment(recorded, {"twins.assets": staged}, is_new=True)
            lake.discard(staged)
            proxy.behave(GOOD)
            proxy.cut()
            assert lake.commit_segment(recorded, {"twins.assets": staged}) == 0
        with Lake.open(direct) as lake:
            assert lake.commit_segment(recorded, {"twins.assets": lake.stage("twins.assets", assets("again"))}) == 0
            assert [twin.asset_id for twin in list_twins(lake)] == ["meanwhile"]


def test_server_that_works_on_a_long_statement_is_waited_for(postgres: PostgresServer, tmp_path: Path) -> None:
    with Lake.open(settings_of(postgres.new_database(), tmp_path, timeout_s=6.0)) as lake:
        long = "SELECT ok FROM postgres_query('lake_server', 'SELECT 1 AS ok FROM pg_sleep(8)')"
        assert lake.query(long)["ok"].to_pylist() == [1]


def test_system_without_the_files_of_linux_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_answers, "_TASKS", tmp_path / "none")
    watch = _answers.AnswerWatch(settings_of("postgresql://me@host/lake", tmp_path))
    watch._run()
    watch.close()
    assert "can't be noticed on this system" in caplog.text


def test_limits_in_a_url_are_kept(tmp_path: Path) -> None:
    given = "postgresql://me:p%40ss@host:6000/lake?sslmode=require&connect_timeout=9"
    url = patient_url(settings_of(given, tmp_path, 30.0))
    assert url.startswith("postgresql://me:p%40ss@host:6000/lake?connect_timeout=9&keepalives_idle=5&")
    assert url.endswith("&sslmode=require")
    assert "tcp_user_timeout=15000&options=-c%20tcp_keepalives_idle%3D10%20" in url
