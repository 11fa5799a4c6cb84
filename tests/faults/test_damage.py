"""A wire that flips bits: what it damages is refused, by whom it can be noticed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.proxy import Proxy, Wire
from tests.faults.scenarios import hasty
from twin_lakehouse import LakeAwayError
from twin_lakehouse.s3 import S3Storage
from twin_lakehouse.testing import S3Server

OBJECTS = {f"raw/{number:06d}.mcap": os.urandom(3000) for number in range(40)}


@pytest.fixture
def bucket(s3: S3Server) -> str:
    return f"s3://{s3.new_bucket()}/twin"


@pytest.fixture
def direct(s3: S3Server, bucket: str) -> Iterator[S3Storage]:
    with closing(S3Storage(bucket, s3.access, timeout_s=20.0)) as storage:
        yield storage


@pytest.fixture
def damaging(s3: S3Server, bucket: str, request: pytest.FixtureRequest) -> Iterator[S3Storage]:
    """The same bucket by way of a proxy that behaves as the test's parameter says."""
    with Proxy(("127.0.0.1", s3.port)) as proxy:
        proxy.behave(request.param)
        access = replace(hasty(s3, proxy.port), read_timeout_s=0.5)
        with closing(S3Storage(bucket, access, timeout_s=3.0)) as storage:
            yield storage


def gone_well(action: Callable[[str], object]) -> list[str]:
    """Keys for which the action didn't say that the storage is away."""
    done = []
    for key in OBJECTS:
        try:
            action(key)
        except LakeAwayError:
            continue
        done.append(key)
    return done


@pytest.mark.parametrize("damaging", [Wire(damaged_sent=3000)], indirect=True)
def test_damaged_uploads_are_refused(direct: S3Storage, damaging: S3Storage) -> None:
    done = gone_well(lambda key: damaging.put_bytes(OBJECTS[key], key))
    assert 0 < len(done) < len(OBJECTS)
    stored = {key: direct.fetch(key).read_bytes() for key in OBJECTS if direct.exists(key)}
    assert set(done) <= set(stored)
    assert stored == {key: OBJECTS[key] for key in stored}


@pytest.mark.filterwarnings("ignore:tzname")  # of a damaged date
@pytest.mark.parametrize("damaging", [Wire(damaged_answers=1000)], indirect=True)
def test_damaged_downloads_are_refused(direct: S3Storage, damaging: S3Storage) -> None:
    for key, data in OBJECTS.items():
        direct.put_bytes(data, key)
    fetched: dict[str, Path] = {}
    done = gone_well(lambda key: fetched.setdefault(key, damaging.fetch(key)))
    assert 0 < len(done) < len(OBJECTS)
    assert {key: path.read_bytes() for key, path in fetched.items()} == {key: OBJECTS[key] for key in done}
