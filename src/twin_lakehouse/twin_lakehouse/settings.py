"""Where the lake is: two settings choose it, checked once.

TWIN_CATALOG         `sqlite:PATH` (one machine) or `postgresql://user:password@host/db`  [sqlite:lake/catalog.sqlite]
TWIN_STORAGE         a folder or `s3://bucket/prefix`                                     [lake/data]
TWIN_LAKE_TIMEOUT_S  s that a write waits for other writers, and a request for its answer, 0.1 to 3600  [30]
TWIN_S3_CONNECT_TIMEOUT_S, TWIN_S3_READ_TIMEOUT_S
                     s until S3 takes a connection, s without a byte from it; each at most a quarter of that [5, 10]

S3 takes its credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN or the rest of the standard
chain (AWS_PROFILE, ~/.aws, roles), its region from AWS_REGION, AWS_DEFAULT_REGION or the profile, the number of its
tries from AWS_MAX_ATTEMPTS, certificates to trust from AWS_CA_BUNDLE and, for RustFS, MinIO or R2, its URL from
AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from twin_lakehouse.errors import SettingsError

CATALOG_VARIABLE = "TWIN_CATALOG"
STORAGE_VARIABLE = "TWIN_STORAGE"
TIMEOUT_VARIABLE = "TWIN_LAKE_TIMEOUT_S"
DEFAULT_CATALOG = "sqlite:lake/catalog.sqlite"
DEFAULT_STORAGE = "lake/data"
DEFAULT_TIMEOUT_S = 30.0
MIN_TIMEOUT_S, MAX_TIMEOUT_S = 0.1, 3600.0
ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL"
CONNECT_VARIABLE, READ_VARIABLE = "TWIN_S3_CONNECT_TIMEOUT_S", "TWIN_S3_READ_TIMEOUT_S"
ATTEMPTS_VARIABLE = "AWS_MAX_ATTEMPTS"
DEFAULT_CONNECT_TIMEOUT_S, DEFAULT_READ_TIMEOUT_S, DEFAULT_ATTEMPTS, MAX_ATTEMPTS = 5.0, 10.0, 3, 20


def _check_seconds(name: str, value: float) -> None:
    if not MIN_TIMEOUT_S <= value <= MAX_TIMEOUT_S:
        problem = f"is not between {MIN_TIMEOUT_S:g} and {MAX_TIMEOUT_S:g}"
        raise SettingsError(name, str(value), problem=problem, remedy=f"set seconds, e.g. {DEFAULT_TIMEOUT_S:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """How to reach the S3 service. What is empty is left to the standard chain: credentials, region, endpoint.

    Raises SettingsError for a wrong value.
    """

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    region: str = ""
    endpoint_url: str = ""
    ca_bundle: str = ""
    connect_timeout_s: float = DEFAULT_CONNECT_TIMEOUT_S
    read_timeout_s: float = DEFAULT_READ_TIMEOUT_S
    attempts: int = DEFAULT_ATTEMPTS

    def __post_init__(self) -> None:
        place = urlsplit(self.endpoint_url)
        if self.endpoint_url and (place.scheme not in ("http", "https") or not place.netloc or "@" in place.netloc):
            # Not the value itself: people write keys into it.
            remedy = "set it like http://localhost:9000, or unset it"
            raise SettingsError(ENDPOINT_VARIABLE, _masked(self.endpoint_url), problem="is not a URL", remedy=remedy)
        for name, value in (
            (CONNECT_VARIABLE, self.connect_timeout_s),
            (READ_VARIABLE, self.read_timeout_s),
        ):
            _check_seconds(name, value)
        if not 1 <= self.attempts <= MAX_ATTEMPTS:
            problem = f"is not between 1 and {MAX_ATTEMPTS}"
            raise SettingsError(ATTEMPTS_VARIABLE, str(self.attempts), problem=problem, remedy="set e.g. 3")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> S3Access:
        """Reads the usual AWS_* variables. Raises SettingsError."""
        return cls(
            access_key=environ.get("AWS_ACCESS_KEY_ID", ""),
            secret_key=environ.get("AWS_SECRET_ACCESS_KEY", ""),
            session_token=environ.get("AWS_SESSION_TOKEN", ""),
            region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "",
            endpoint_url=environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL", ""),
            ca_bundle=environ.get("AWS_CA_BUNDLE", ""),
            connect_timeout_s=_seconds(environ, CONNECT_VARIABLE, DEFAULT_CONNECT_TIMEOUT_S),
            read_timeout_s=_seconds(environ, READ_VARIABLE, DEFAULT_READ_TIMEOUT_S),
            attempts=int(_seconds(environ, ATTEMPTS_VARIABLE, DEFAULT_ATTEMPTS)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeSettings:
    """The lake's place; relative paths are taken from the current folder. Raises SettingsError when wrong."""

    # A PostgreSQL URL may hold a password.
    catalog: str = field(default=DEFAULT_CATALOG, repr=False)
    storage: str = DEFAULT_STORAGE
    timeout_s: float = DEFAULT_TIMEOUT_S
    s3: S3Access = S3Access()

    def __post_init__(self) -> None:
        object.__setattr__(self, "catalog", _absolute_catalog(self.catalog))
        object.__setattr__(self, "storage", _absolute_storage(self.storage))
        _check_seconds(TIMEOUT_VARIABLE, self.timeout_s)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> LakeSettings:
        """Settings of this process (or of `environ`), with the defaults for what isn't set."""
        env = os.environ if environ is None else environ
        return cls(
            catalog=env.get(CATALOG_VARIABLE) or DEFAULT_CATALOG,
            storage=env.get(STORAGE_VARIABLE) or DEFAULT_STORAGE,
            timeout_s=_seconds(env, TIMEOUT_VARIABLE, DEFAULT_TIMEOUT_S),
            s3=S3Access.from_env(env),
        )

    @classmethod
    def named(cls, catalog: str | None, storage: str | None) -> LakeSettings:
        """The lake that somebody names; what is None or empty, this process's settings say."""
        given = {CATALOG_VARIABLE: catalog, STORAGE_VARIABLE: storage}
        return cls.from_env({**os.environ, **{name: value for name, value in given.items() if value}})

    @property
    def catalog_path(self) -> Path | None:
        """The catalog's file, or None where the catalog is a PostgreSQL database."""
        kind, _, path = self.catalog.partition(":")
        return Path(path) if kind == "sqlite" else None

    @property
    def storage_path(self) -> Path | None:
        """The storage's folder, or None where the storage is S3."""
        return None if self.storage.startswith("s3://") else Path(self.storage)

    @property
    def catalog_shown(self) -> str:
        """The catalog as a person may see it: without a password."""
        return without_password(self.catalog)

    def __str__(self) -> str:
        return f"{self.catalog_shown} with data in {self.storage}"


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name) or str(default)
    try:
        return float(value)
    except ValueError:
        raise SettingsError(name, value, problem="is not a number", remedy=f"set e.g. {default:g}") from None


def _masked(url: str) -> str:
    """The text without anything that could be a user or a password, whatever is wrong with it."""
    return re.sub(r"(?<=//)\S*@|^[^/]*@", "***@", url)


def without_password(text: str) -> str:
    """The text with *** in place of the passwords of its URLs."""
    shown = re.sub(r"(//[^/@:\s]*):[^/\s]*@", r"\1:***@", text)
    return re.sub(r"(password=)[^&\s]*", r"\1***", shown)


def _absolute_catalog(catalog: str) -> str:
    if catalog.startswith("sqlite:") and catalog != "sqlite:":
        return f"sqlite:{_absolute(catalog.removeprefix('sqlite:'))}"
    if catalog.startswith(("postgresql://", "postgres://")):
        return _checked_url("postgresql://" + catalog.partition("://")[2])
    raise SettingsError(
        CATALOG_VARIABLE,
        _masked(catalog),
        problem="is no catalog",
        remedy="set sqlite:PATH or postgresql://user:password@host/database",
    )


def _checked_url(catalog: str) -> str:
    place = urlsplit(catalog)
    try:
        is_clear = place.netloc.count("@") <= 1 and (place.port is None or place.port > 0)
    except ValueError:
        is_clear = False
    if not is_clear:
        # libpq would take a part of the password for the host or the port, and name it in its error.
        problem = "can't be told apart into user, password, host and port"
        remedy = "write @ in a password as %40, / as %2F, : as %3A, # as %23, ? as %3F, % as %25; or set PGPASSWORD"
        raise SettingsError(CATALOG_VARIABLE, _masked(catalog), problem=problem, remedy=remedy)
    return catalog


def _absolute_storage(storage: str) -> str:
    if storage.startswith("s3://"):
        if not urlsplit(storage).netloc:
            raise SettingsError(STORAGE_VARIABLE, storage, problem="names no bucket", remedy="set s3://bucket/prefix")
        return storage.rstrip("/")
    if "://" in storage or not storage:
        raise SettingsError(
            STORAGE_VARIABLE, storage, problem="is no storage", remedy="set a folder or s3://bucket/prefix"
        )
    return str(_absolute(storage))


def _absolute(path: str) -> Path:
    # Not resolve(): a link that the operator chose stays what the lake is known by.
    return Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100
