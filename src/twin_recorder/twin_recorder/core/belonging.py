"""Which lake a spool's segments belong to: they must not land in another one because a setting was changed."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from twin_lakehouse import durable

_LOG = logging.getLogger(__name__)
MEMORY_FILE: Final = ".lake.json"


class LakeMemory:
    """The lake that a spool's recorder writes to, as far as it is known; kept beside the segments.

    Until the lake has been reached it is the one that was last reached at the same place.
    """

    def __init__(self, folder: Path, place: str) -> None:
        """`place`: catalog and storage, without passwords."""
        self._path = folder / MEMORY_FILE
        self._place = place
        self._lake_id = self._remembered()

    @property
    def lake_id(self) -> UUID | None:
        """The lake; None where it was never reached."""
        return self._lake_id

    def learn(self, lake_id: UUID) -> None:
        """The lake was reached. What can't be kept is known until this process ends."""
        if lake_id == self._lake_id:
            return
        self._lake_id = lake_id
        try:
            durable.write_file(self._path, json.dumps({"lake_id": str(lake_id), "place": self._place}).encode())
        except OSError as error:
            _LOG.warning("%s can't be written: %s", self._path, error.strerror)

    def _remembered(self) -> UUID | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._path.read_text())
            if kept["place"] == self._place:
                return UUID(kept["lake_id"])
        return None
