"""Brings a lake of an older version of this package to today's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from twin_lakehouse._attach import attach_and_migrate
from twin_lakehouse._setup import MIGRATIONS, SCHEMA_VERSION, Migration
from twin_lakehouse.settings import LakeSettings
from twin_lakehouse.storage import open_storage


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationResult:
    """The lake's schema version now, and what each step that this run took has changed."""

    schema_version: int
    steps: tuple[str, ...]


def migrate_lake(
    settings: LakeSettings | None = None, *, migrations: Sequence[Migration] = MIGRATIONS
) -> MigrationResult:
    """Takes the steps that the lake (default: the one of the environment) lacks, all in one transaction.

    A lake of today's version is left alone. Other writers wait meanwhile; readers see the lake before or after.
    Raises NoLakeError, LakeVersionError (the lake is newer), LakeBusyError and LakeAwayError: nothing was
    changed, unless the text says that a COMMIT wasn't answered.
    """
    chosen = settings or LakeSettings.from_env()
    with closing(open_storage(chosen)) as storage:
        steps = attach_and_migrate(chosen, storage, migrations)
    version = steps[-1].version if steps else SCHEMA_VERSION
    return MigrationResult(schema_version=version, steps=tuple(step.summary for step in steps))
