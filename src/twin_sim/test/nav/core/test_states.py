from itertools import product

import pytest

from twin_sim.nav.core.errors import TransitionError
from twin_sim.nav.core.states import MOVES, State, is_active, move


@pytest.mark.parametrize(("current", "to"), list(product(State, State)))
def test_every_pair_moves_exactly_where_the_table_says(current: State, to: State) -> None:
    if to in MOVES[current]:
        assert move(current, to) is to
    else:
        with pytest.raises(TransitionError, match=f"from {current.value} to {to.value}"):
            move(current, to)


def test_every_state_has_a_row() -> None:
    assert set(MOVES) == set(State)


@pytest.mark.parametrize("state", [state for state in State if state is not State.IDLE])
def test_every_navigation_can_end_and_take_a_new_goal(state: State) -> None:
    assert {State.IDLE, State.PLANNING} <= MOVES[state]
    assert is_active(state)


def test_nothing_is_pursued_while_idle() -> None:
    assert not is_active(State.IDLE)
    assert MOVES[State.IDLE] == {State.PLANNING}
