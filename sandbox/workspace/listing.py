"""Stored entities in their order, read only as far as somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, func, select

T = TypeVar("T")


class Listing(Generic[T]):
    """What a select finds, and `read` makes of its columns. Iterating begins anew each time.

    Of what is skipped nothing is read.
    """

    def __init__(
        self, connection: Connection, statement: Select[Any], read: Callable[..., T]
    ) -> None:
        self._connection = connection
        self._statement = statement
        self._read = read

    def __iter__(self) -> Iterator[T]:
        return self.after(0)

    def after(self, skip: int) -> Iterator[T]:
        """Yield the entities that come after the first `skip`."""
        statement = self._statement.offset(skip) if skip else self._statement
        with self._connection.execute(statement) as rows:
            for row in rows:
                yield self._read(*row)

    def count(self) -> int:
        counted = select(func.count()).select_from(self._statement.order_by(None).subquery())
        return self._connection.execute(counted).scalar_one()
