"""State machines as plain tables: where from, which verb, where to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from storefront.kernel.errors import NotAllowed


class Move(NamedTuple):
    before: str
    verb: str
    after: str


class Machine:
    """A named table of moves; whatever is not in the table is refused.

        parcel = Machine("parcel", start={"packing"}, moves=[("packing", "ship", "shipped")])

    Raises ValueError when one state has the same verb twice or a state cannot be reached.
    """

    def __init__(
        self, name: str, *, start: Iterable[str], moves: Iterable[tuple[str, str, str]]
    ) -> None:
        self.name = name
        self.start = frozenset(map(str, start))
        self._moves = [Move(str(before), verb, str(after)) for before, verb, after in moves]
        self._table = {(move.before, move.verb): move.after for move in self._moves}
        if len(self._table) != len(self._moves):
            raise ValueError(f"{name}: one state has the same verb twice")
        self.states = self.start | {m.before for m in self._moves} | {m.after for m in self._moves}
        unreached = self.states - self.start - {move.after for move in self._moves}
        if unreached:
            raise ValueError(f"{name}: nothing leads to {sorted(unreached)}")

    def to(self, state: str, verb: str) -> str:
        """The state after the verb. Raises NotAllowed when the table has no such move."""
        try:
            return self._table[str(state), verb]
        except KeyError:
            raise NotAllowed(machine=self.name, state=str(state), verb=verb) from None

    def allows(self, state: str, verb: str) -> bool:
        return (str(state), verb) in self._table

    def verbs(self, state: str) -> list[str]:
        """What may happen now, in the table's order."""
        return [move.verb for move in self._moves if move.before == state]

    def moves(self) -> list[Move]:
        """The whole table, for tests and for the history check."""
        return list(self._moves)

    def pairs(self) -> set[tuple[str, str]]:
        """Every (from, to) the table can make, to check stored histories against."""
        return {(move.before, move.after) for move in self._moves}

    def is_final(self, state: str) -> bool:
        return not any(move.before == state for move in self._moves)
