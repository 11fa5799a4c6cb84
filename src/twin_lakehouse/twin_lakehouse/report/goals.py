"""Navigation trials as goals, and goals as visits of places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from twin_lakehouse.records import NavigationTrial
from twin_lakehouse.report.data import Goal, Place, seconds_since

# What the navigator appends to the location of a turn on the spot.
_TURN_SUFFIX = "/look"


def is_turn(trial: NavigationTrial) -> bool:
    """Whether the trial is a turn of a look around, not a way to somewhere."""
    return trial.location.endswith(_TURN_SUFFIX)


def goals_of(trials: Sequence[NavigationTrial], started_at: datetime | None) -> tuple[Goal, ...]:
    """The trials in order of time, numbered."""
    return tuple(
        Goal(
            number=number,
            location=trial.location.removesuffix(_TURN_SUFFIX),
            is_turn=is_turn(trial),
            x=trial.goal_x,
            y=trial.goal_y,
            yaw=trial.goal_yaw,
            outcome=trial.outcome.lower(),
            error_msg=trial.error_msg,
            started_s=seconds_since(trial.started_at, started_at),
            duration_s=trial.duration_s,
            distance_m=trial.distance_m,
            recoveries=trial.recoveries,
        )
        for number, trial in enumerate(trials, start=1)
    )


def places_of(goals: Sequence[Goal]) -> tuple[Place, ...]:
    """Goals grouped by visit: a way there, and the turns that follow it at the same location."""
    visits: list[list[Goal]] = []
    for goal in goals:
        if visits and goal.is_turn and visits[-1][0].location == goal.location:
            visits[-1].append(goal)
        else:
            visits.append([goal])
    return tuple(_place(number, visit) for number, visit in enumerate(visits, start=1))


def _place(number: int, visit: Sequence[Goal]) -> Place:
    way, turns = visit[0], visit[1:]
    return Place(
        name=way.location or f"goal {number}",
        number=number,
        x=way.x,
        y=way.y,
        outcome=way.outcome,
        note=way.error_msg,
        started_s=way.started_s,
        duration_s=visit[-1].started_s + visit[-1].duration_s - way.started_s,
        distance_m=sum(goal.distance_m for goal in visit),
        turns=len(turns),
        turns_succeeded=sum(goal.outcome == "succeeded" for goal in turns),
        recoveries=sum(goal.recoveries for goal in visit),
    )
