"""Credentials, client and errors of an S3 service: boto3 is imported by the first request, and only where S3 is used.

The standard chain gives what the settings don't say: environment, ~/.aws files and profiles, container and instance
roles. No credential leaves this module but to boto3 and DuckDB's secret.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from twin_lakehouse._s3_client import S3Client
from twin_lakehouse.errors import LakeAwayError, SettingsError
from twin_lakehouse.settings import S3Access

if TYPE_CHECKING:
    import boto3

_T = TypeVar("_T")
_FIRST_WAIT_S = 0.2
# At DEBUG these write whole requests, session tokens included.
_TALKATIVE = ("boto3", "botocore", "s3transfer")
_MISSING_CODES = frozenset({"404", "NoSuchKey", "NotFound"})
# Asked too much, or damaged on its way.
_AGAIN_CODES = frozenset(
    {"RequestTimeout", "SlowDown", "Throttling", "429"}
    | {"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Credentials as they are now; an empty access_key means anonymous access."""

    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)


class DamagedError(Exception):
    """Bytes arrived that aren't those that were sent."""


class S3Session:
    """How one storage talks with its service; thread-safe."""

    def __init__(self, access: S3Access, *, timeout_s: float) -> None:
        self.access = access
        self._timeout_s = timeout_s
        # Two of them fit into the time of a write, so that there is a second try.
        self.connect_timeout_s = min(access.connect_timeout_s, timeout_s / 4)
        self.read_timeout_s = min(access.read_timeout_s, timeout_s / 4)

    @cached_property
    def client(self) -> S3Client:
        """The client. Raises LakeAwayError, SettingsError for a profile that isn't there."""
        from botocore.config import Config

        with self.errors("S3"):
            # `when_required`: the storage sends checksums of its own, as plain headers; trailers, which boto3 would
            # choose, are refused by some services and ignored by others.
            config = Config(
                connect_timeout=self.connect_timeout_s,
                read_timeout=self.read_timeout_s,
                retries={"total_max_attempts": 1, "mode": "standard"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path" if self.access.endpoint_url else "auto"},
                **({} if self.keys().access_key else {"signature_version": _unsigned()}),
            )
            client: S3Client = self._session.client(
                "s3",
                region_name=self.region,
                endpoint_url=self.access.endpoint_url or None,
                verify=self.access.ca_bundle or None,
                aws_access_key_id=self.access.access_key or None,
                aws_secret_access_key=self.access.secret_key or None,
                aws_session_token=self.access.session_token or None,
                config=config,
            )
        return client

    @property
    def region(self) -> str:
        """The region: of the settings, or of the profile."""
        with self.errors("S3"):
            return self.access.region or str(self._session.region_name or "us-east-1")

    @property
    def endpoint_url(self) -> str:
        """The service's URL, empty for AWS itself: of the settings, or of the profile."""
        url = self.access.endpoint_url
        if url:
            return url
        found: str = self.client.meta.endpoint_url  # type: ignore[attr-defined]
        return "" if (urlsplit(found).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn")) else found

    def keys(self) -> Keys:
        """The credentials of now; those of a role are renewed here before they expire."""
        access = self.access
        if access.access_key:
            return Keys(access_key=access.access_key, secret_key=access.secret_key, session_token=access.session_token)
        with self.errors("S3 credentials"):
            found = self._session.get_credentials()
            frozen = found and found.get_frozen_credentials()
        if not frozen:
            return Keys()
        return Keys(access_key=frozen.access_key, secret_key=frozen.secret_key or "", session_token=frozen.token or "")

    def call(self, target: str, request: Callable[[S3Client], _T]) -> _T:
        """The request's result. One that fails on its way is made again, as long as a whole try fits into the time.

        Raises LakeAwayError, and KeyError where the service says that there is no such object.
        """
        end = time.monotonic() + self._timeout_s - self.connect_timeout_s - self.read_timeout_s
        with self.errors(target):
            for tried in range(1, self.access.attempts):
                try:
                    return _understood(request, self.client)
                except Exception as error:
                    wait_s = _FIRST_WAIT_S * 2 ** (tried - 1)
                    if not _may_pass(error) or time.monotonic() + wait_s > end:
                        raise
                    time.sleep(wait_s)
            return _understood(request, self.client)

    @contextmanager
    def errors(self, target: str) -> Iterator[None]:
        """boto3's errors in the block as ours, without credentials."""
        from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

        try:
            yield
        except ClientError as error:
            if _code(error) in _MISSING_CODES:
                raise KeyError(target) from None
            # `from None`: the cause's text may hold what the service was sent.
            raise _refusal(target, error, is_anonymous=not self.keys().access_key) from None
        except ProfileNotFound as error:
            name = str(error.kwargs.get("profile"))
            remedy = "set the name of a profile in ~/.aws/config, or unset it"
            raise SettingsError("AWS_PROFILE", name, problem="is no profile", remedy=remedy) from None
        except DamagedError as error:
            raise LakeAwayError(f"{target} {error}", remedy="call again; nothing was lost") from None
        except BotoCoreError as error:
            raise LakeAwayError(
                f"{target} can't be written or read ({type(error).__name__} at {self._place})",
                remedy="check that the service runs, AWS_ENDPOINT_URL, AWS_PROFILE and AWS_REGION; nothing was lost",
            ) from None

    @property
    def _place(self) -> str:
        return self.access.endpoint_url or "the service's address"

    @cached_property
    def _session(self) -> boto3.session.Session:
        import boto3.session

        for name in _TALKATIVE:
            logger = logging.getLogger(name)
            logger.setLevel(max(logger.getEffectiveLevel(), logging.INFO))
        return boto3.session.Session()


def _understood(request: Callable[[S3Client], _T], client: S3Client) -> _T:
    """The request's result. Raises DamagedError where the answer is none: boto3 lets its parsers' errors out."""
    from botocore.parsers import ResponseParserError

    try:
        return request(client)
    except (ValueError, ResponseParserError):
        raise DamagedError("was answered in words that make no sense") from None


def _unsigned() -> object:
    from botocore import UNSIGNED

    return UNSIGNED


def _code(error: Exception) -> str:
    answer: dict[str, dict[str, str]] = getattr(error, "response", {})
    return answer.get("Error", {}).get("Code", "")


def _status(error: Exception) -> int:
    answer: dict[str, dict[str, int]] = getattr(error, "response", {})
    return answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _may_pass(error: Exception) -> bool:
    """Whether the same request may succeed in a moment."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError  # noqa: A004

    if isinstance(error, ClientError):
        return _status(error) >= 500 or _code(error) in _AGAIN_CODES
    return isinstance(error, ConnectionError | HTTPClientError | IncompleteReadError | DamagedError)


def _refusal(target: str, error: Exception, *, is_anonymous: bool) -> LakeAwayError:
    code, status = _code(error) or "no reason given", _status(error)
    if is_anonymous:
        remedy = "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    elif status in (401, 403):
        remedy = "check the credentials, that they may list, read, write and delete there, and this machine's clock"
    else:
        remedy = "check that the bucket exists and is yours to write, or set TWIN_STORAGE"
    return LakeAwayError(f"{target} can't be written or read ({code}, HTTP {status})", remedy=remedy)
