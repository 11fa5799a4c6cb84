"""docker/compose.yaml, as far as it can be checked where there is no Docker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from twin_lakehouse import LakeSettings
from twin_lakehouse.testing import ACCESS_KEY, NotInstalledError, S3Server, running_s3

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docker/compose.yaml").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / "docker/.env.example").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def test_every_variable_has_an_example_and_none_is_left_over() -> None:
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", TEXT))
    assert used == set(EXAMPLE)


def test_images_are_pinned_and_ports_are_this_machines_alone() -> None:
    for service in SERVICES.values():
        assert re.fullmatch(r"[a-z]+(/[a-z]+)?:\d+(\.\d+)+", service["image"])
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_what_keeps_data_has_a_volume_and_a_health_check() -> None:
    volumes = set(yaml.safe_load(TEXT)["volumes"])
    keeping = [SERVICES["postgres"], SERVICES["rustfs"]]
    assert {service["volumes"][0].split(":")[0] for service in keeping} == volumes
    assert all("healthcheck" in service for service in keeping)


def test_exports_of_the_readme_are_settings_of_these_servers() -> None:
    readme = (ROOT / "src/twin_lakehouse/README.md").read_text(encoding="utf-8")
    exports = dict(re.findall(r"^export ([A-Z_]+)=(\S+)$", readme, re.MULTILINE))
    settings = LakeSettings.from_env({name: value.replace("$PASSWORD", "x") for name, value in exports.items()})
    assert settings.catalog == f"postgresql://twin:x@localhost:{EXAMPLE['TWIN_POSTGRES_PORT']}/twin"
    bucket = SERVICES["bucket"]["environment"]["S3_BUCKET"]
    assert settings.storage == f"s3://{bucket}/lake"
    assert settings.s3.endpoint_url == f"http://localhost:{EXAMPLE['TWIN_S3_PORT']}"


@pytest.fixture
def s3() -> Iterator[S3Server]:
    """As the compose file's: its secret goes into a command line, and has letters and digits only."""
    try:
        with running_s3("seaweedfs", secret_key="letters0and1digits") as server:  # noqa: S106
            yield server
    except NotInstalledError as error:
        pytest.skip(str(error))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl isn't installed")
def test_bucket_is_made_and_left_as_it_is(s3: S3Server) -> None:
    (script,) = SERVICES["bucket"]["command"]
    run = [*SERVICES["bucket"]["entrypoint"], script.replace("$$", "$")]

    def code(secret: str) -> int:
        given = {"S3_URL": s3.access.endpoint_url, "S3_BUCKET": "twin", "S3_USER": f"{ACCESS_KEY}:{secret}"}
        return subprocess.run(run, env={**os.environ, **given}, check=False, timeout=60).returncode

    assert [code(s3.access.secret_key), code(s3.access.secret_key), code("wrong")] == [0, 0, 1]
    assert "twin" in s3.buckets()
