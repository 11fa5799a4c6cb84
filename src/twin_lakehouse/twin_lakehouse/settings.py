"""Where the lake is: two settings choose it, checked once.

TWIN_CATALOG         `sqlite:PATH` (one machine) or `postgresql://user:password@host/db`  [sqlite:lake/catalog.sqlite]
TWIN_STORAGE         a folder or `s3://bucket/prefix`                                     [lake/data]
TWIN_LAKE_TIMEOUT_S  s that a write waits for other writers, 0.1 to 3600                  [30]

S3 takes its credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION (or
AWS_DEFAULT_REGION) and, for RustFS, MinIO or R2, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """How to reach the S3 service; empty keys mean anonymous access, an empty endpoint AWS itself."""

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    region: str = "us-east-1"
    endpoint_url: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> S3Access:
        """Reads the usual AWS_* variables. Raises SettingsError for an endpoint that isn't a URL."""
        variable = "AWS_ENDPOINT_URL_S3" if environ.get("AWS_ENDPOINT_URL_S3") else "AWS_ENDPOINT_URL"
        endpoint = environ.get(variable, "")
        if endpoint and (urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).netloc):
            raise SettingsError(
                variable, endpoint, problem="is not a URL", remedy="set it like http://localhost:9000, or unset it"
            )
        return cls(
            access_key=environ.get("AWS_ACCESS_KEY_ID", ""),
            secret_key=environ.get("AWS_SECRET_ACCESS_KEY", ""),
            session_token=environ.get("AWS_SESSION_TOKEN", ""),
            region=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1",
            endpoint_url=endpoint,
        )

    @property
    def host(self) -> str:
        """The endpoint without its scheme (host:port), empty for AWS."""
        return urlsplit(self.endpoint_url).netloc

    @property
    def uses_tls(self) -> bool:
        """False only for an endpoint that says http."""
        return urlsplit(self.endpoint_url).scheme != "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeSettings:
    """The lake's place; relative paths are taken from the current folder. Raises SettingsError when wrong."""

    catalog: str = DEFAULT_CATALOG
    storage: str = DEFAULT_STORAGE
    timeout_s: float = DEFAULT_TIMEOUT_S
    s3: S3Access = S3Access()

    def __post_init__(self) -> None:
        object.__setattr__(self, "catalog", _absolute_catalog(self.catalog))
        object.__setattr__(self, "storage", _absolute_storage(self.storage))
        if not MIN_TIMEOUT_S <= self.timeout_s <= MAX_TIMEOUT_S:
            raise SettingsError(
                TIMEOUT_VARIABLE,
                str(self.timeout_s),
                problem=f"is not between {MIN_TIMEOUT_S:g} and {MAX_TIMEOUT_S:g}",
                remedy=f"set the seconds that a write may wait, e.g. {DEFAULT_TIMEOUT_S:g}",
            )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> LakeSettings:
        """Settings of this process (or of `environ`), with the defaults for what isn't set."""
        env = os.environ if environ is None else environ
        timeout = env.get(TIMEOUT_VARIABLE) or str(DEFAULT_TIMEOUT_S)
        try:
            timeout_s = float(timeout)
        except ValueError:
            raise SettingsError(
                TIMEOUT_VARIABLE, timeout, problem="is not a number", remedy="set seconds, e.g. 30"
            ) from None
        return cls(
            catalog=env.get(CATALOG_VARIABLE) or DEFAULT_CATALOG,
            storage=env.get(STORAGE_VARIABLE) or DEFAULT_STORAGE,
            timeout_s=timeout_s,
            s3=S3Access.from_env(env),
        )

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


def without_password(text: str) -> str:
    """The text with *** in place of the passwords of its URLs."""
    return re.sub(r"(//[^/@:\s]*):[^/@\s]*@", r"\1:***@", text)


def _absolute_catalog(catalog: str) -> str:
    if catalog.startswith("sqlite:") and catalog != "sqlite:":
        return f"sqlite:{_absolute(catalog.removeprefix('sqlite:'))}"
    if catalog.startswith(("postgresql://", "postgres://")):
        return "postgresql://" + catalog.partition("://")[2]
    raise SettingsError(
        CATALOG_VARIABLE,
        catalog,
        problem="is no catalog",
        remedy="set sqlite:PATH or postgresql://user:password@host/database",
    )


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
