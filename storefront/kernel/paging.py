"""One page of a long list: a fixed two statements, whatever the length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from storefront.kernel.db import db

T = TypeVar("T")
PAGE_SIZE = 24


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, with what is needed to walk on."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    def near(self, around: int = 2) -> list[int | None]:
        """Page numbers worth a link: first, last, those around; None stands for a gap."""
        keep = sorted(
            {1, self.pages, *range(self.number - around, self.number + around + 1)}
            & set(range(1, self.pages + 1))
        )
        links: list[int | None] = []
        for number in keep:
            if links and links[-1] is not None and number - links[-1] > 1:
                links.append(None)
            links.append(number)
        return links

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def page_of(
    select: sa.Select[Any], number: int, size: int = PAGE_SIZE, *, total: int | None = None
) -> Page[Any]:
    """The wanted page of the entities a select names; a number past the end gives the last page.

    `total` saves the counting statement when the caller knows it.
    """
    if total is None:
        counted = sa.select(sa.func.count()).select_from(select.order_by(None).subquery())
        total = db.session.scalar(counted) or 0
    number = max(1, min(number, -(-total // size) or 1))
    rows = db.session.scalars(select.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, number, size, total)
