"""Settings are read once, and a wrong one is refused by name."""

# ruff: noqa: S106  no secret

from __future__ import annotations

from pathlib import Path

import pytest

from twin_lakehouse import LakeSettings
from twin_lakehouse.errors import SettingsError
from twin_lakehouse.settings import S3Access


def test_default_is_the_folder_lake_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = LakeSettings.from_env({})
    assert (settings.catalog_path, settings.storage_path) == (tmp_path / "lake/catalog.sqlite", tmp_path / "lake/data")
    assert settings.timeout_s == 30.0


def test_relative_paths_stay_where_they_were_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = LakeSettings.from_env({"TWIN_CATALOG": "sqlite:a.sqlite", "TWIN_STORAGE": "b"})
    monkeypatch.chdir("/")
    assert (settings.catalog_path, settings.storage_path) == (tmp_path / "a.sqlite", tmp_path / "b")


def test_postgresql_and_s3_have_no_paths() -> None:
    settings = LakeSettings.from_env({"TWIN_CATALOG": "postgres://u:secret@h/db", "TWIN_STORAGE": "s3://bucket/twin/"})
    assert (settings.catalog_path, settings.storage_path) == (None, None)
    assert (settings.catalog, settings.storage) == ("postgresql://u:secret@h/db", "s3://bucket/twin")


def test_password_is_never_shown() -> None:
    settings = LakeSettings(catalog="postgresql://u:secret@h/db", s3=S3Access(access_key="k", secret_key="hidden"))
    assert str(settings).startswith("postgresql://u:***@h/db with data in ")
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWIN_CATALOG", "mysql://h/db"),
        ("TWIN_CATALOG", "sqlite:"),
        ("TWIN_CATALOG", "catalog.sqlite"),
        ("TWIN_STORAGE", "gs://bucket"),
        ("TWIN_STORAGE", "s3://"),
        ("TWIN_LAKE_TIMEOUT_S", "soon"),
        ("TWIN_LAKE_TIMEOUT_S", "0"),
        ("TWIN_LAKE_TIMEOUT_S", "nan"),
        ("AWS_ENDPOINT_URL", "localhost:9000"),
    ],
)
def test_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        LakeSettings.from_env({name: value})
    assert caught.value.name == name
    assert repr(value) in str(caught.value) or f"{float(value)}" in str(caught.value)


@pytest.mark.parametrize("password", ["p@ss", "pa/ss", "pa:ss@", "p#s"])
def test_password_that_breaks_the_url_is_refused_and_not_shown(password: str) -> None:
    with pytest.raises(SettingsError, match=r"TWIN_CATALOG='postgresql://.*write @ in a password as %40") as caught:
        LakeSettings(catalog=f"postgresql://user:{password}@host/database")
    assert password not in str(caught.value)


def test_value_that_is_no_catalog_is_shown_without_its_password() -> None:
    with pytest.raises(SettingsError) as caught:
        LakeSettings(catalog="postgres:user:hidden@host/db")
    assert "hidden" not in str(caught.value)


def test_s3_access_comes_from_the_usual_variables() -> None:
    access = S3Access.from_env(
        {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": "http://localhost:9000",
        }
    )
    assert (access.access_key, access.secret_key, access.region) == ("key", "secret", "eu-central-1")
    assert access.endpoint_url == "http://localhost:9000"


def test_lake_that_somebody_names_comes_before_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_CATALOG", "sqlite:env/c.sqlite")
    monkeypatch.setenv("TWIN_STORAGE", "env/data")
    for given, expected in {
        ("sqlite:named/c.sqlite", ""): ("sqlite:named/c.sqlite", "env/data"),
        (None, "named/data"): ("sqlite:env/c.sqlite", "named/data"),
    }.items():
        named = LakeSettings.named(*given)
        catalog, storage = expected
        wanted = LakeSettings(catalog=catalog, storage=storage)
        assert (named.catalog, named.storage) == (wanted.catalog, wanted.storage)
