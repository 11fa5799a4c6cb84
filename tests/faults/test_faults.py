"""A few of each fault, with fixed dice: nothing that was acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import scenarios
from tests.faults.checking import Tally
from tests.faults.ingests import ingests, local_lakes, served_lakes
from tests.faults.place import Place
from tests.faults.points import POINTS

# Servers are started, killed and recovered: on a busy machine each of their steps takes seconds.
pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(folder=tmp_path, seconds=3.0, dice=random.Random(5))  # noqa: S311


def assert_exactly_once(tally: Tally) -> None:
    assert tally.faults > 0
    assert tally.acknowledged > 0
    assert (tally.lost, tally.doubled, tally.missing, tally.unnamed) == (0, 0, 0, 0), tally


@pytest.mark.parametrize("scenario", [scenarios.kills, scenarios.clock, scenarios.crowd])
def test_recorders_that_are_killed_lose_and_double_nothing(place: Place, scenario: Callable[[Place], Tally]) -> None:
    assert_exactly_once(scenario(place))


@pytest.mark.parametrize("point", POINTS)
def test_recorders_that_die_at_a_point_lose_and_double_nothing(place: Place, point: str) -> None:
    assert_exactly_once(scenarios.killed_at(point, place))


@pytest.mark.parametrize("scenario", [scenarios.full_spool, scenarios.full_lake])
def test_full_disks_lose_nothing_that_was_acknowledged(place: Place, scenario: Callable[[Place], Tally]) -> None:
    try:
        tally = scenario(place)
    except PermissionError as error:
        pytest.skip(str(error))
    assert_exactly_once(tally)


@pytest.mark.parametrize("scenario", [scenarios.catalog_killed, scenarios.catalog_wire])
def test_faults_of_the_catalog_lose_and_double_nothing(
    place: Place, postgres: Any, scenario: Callable[[Place, Any], Tally]
) -> None:
    assert_exactly_once(scenario(place, postgres))


def test_faults_of_the_object_store_lose_and_double_nothing(place: Place, s3: Any) -> None:
    assert_exactly_once(scenarios.storage_wire(place, s3))


def test_ingests_that_are_killed_give_what_an_undisturbed_one_gives(place: Place) -> None:
    assert_exactly_once(ingests(place, local_lakes(place)))


def test_ingests_into_servers_that_are_killed_give_it_too(place: Place, postgres: Any, s3: Any) -> None:
    assert_exactly_once(ingests(place, served_lakes(postgres, s3)))


def test_outage_costs_no_memory_and_stops_no_recording(place: Place, postgres: Any) -> None:
    tally, said = scenarios.outage(place, postgres)
    assert_exactly_once(tally)
    assert said.most_waiting > 0
    assert said.waiting == 0
    assert said.peak_mb < 700.0


def test_spool_of_a_recorder_is_its_own(place: Place) -> None:
    assert "is in use by another recorder of the same asset" in scenarios.one_spool(place)
