"""A machine is exactly its table."""

from __future__ import annotations

import pytest

from storefront.kernel.errors import NotAllowed
from storefront.kernel.states import Machine, Move

DOOR = Machine(
    "door",
    start={"shut"},
    moves=[("shut", "open", "open"), ("open", "shut", "shut"), ("shut", "wall_up", "wall")],
)


def test_every_start_and_verb() -> None:
    table = {(move.before, move.verb): move.after for move in DOOR.moves()}
    for state in DOOR.states:
        for verb in ("open", "shut", "wall_up", "paint"):
            assert DOOR.allows(state, verb) == ((state, verb) in table)
            if (state, verb) in table:
                assert DOOR.to(state, verb) == table[state, verb]
            else:
                with pytest.raises(NotAllowed) as refused:
                    DOOR.to(state, verb)
                assert refused.value.facts == {"machine": "door", "state": state, "verb": verb}


def test_what_a_machine_tells() -> None:
    assert DOOR.verbs("shut") == ["open", "wall_up"]
    assert DOOR.is_final("wall")
    assert not DOOR.is_final("shut")
    assert DOOR.moves()[0] == Move("shut", "open", "open")
    assert DOOR.pairs() == {("shut", "open"), ("open", "shut"), ("shut", "wall")}


def test_faulty_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Machine("x", start={"a"}, moves=[("a", "go", "b"), ("a", "go", "c")])
    with pytest.raises(ValueError, match="nothing leads"):
        Machine("x", start={"a"}, moves=[("a", "go", "b"), ("z", "go", "b")])
