"""The database: one object owns it, connections never leave this module's callers.

SQLite by default, in write-ahead mode with ``synchronous=NORMAL``: what was committed survives
`kill -9`. A state-changing request is one transaction that begins with ``BEGIN IMMEDIATE``; reads
need none. Everything is synchronous: a read costs 0.05 ms that way, 0.36 in a thread and 1.6 with
an asynchronous driver.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    Select,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from sandbox.numbers import decode_hook, encode_json
from sandbox.workspace import tables
from sandbox.workspace.errors import StoreError

T = TypeVar("T")


class Store:
    """An opened database. Raises StoreError, with what to do, when it cannot be used."""

    def __init__(self, url: str) -> None:
        try:
            self._engine = _make_engine(url)
            with self._engine.begin() as connection:
                tables.metadata.create_all(connection)
                _check_version(connection)
        except DatabaseError as error:
            raise _explained(error) from None
        self._lock = threading.Lock()
        self._readers: dict[threading.Thread, Connection] = {}

    def close(self) -> None:
        for connection in self._readers.values():
            connection.close()
        self._readers.clear()
        self._engine.dispose()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: everything in it is stored when it ends, or nothing."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise _explained(error) from None

    @property
    def read(self) -> Connection:
        """This thread's connection for reading; each statement sees what is committed by then."""
        connection = self._readers.get(threading.current_thread())
        return connection if connection is not None else self._new_reader()

    def _new_reader(self) -> Connection:
        """Open a connection for this thread, and take back those of threads that have ended.

        Every run of a page is a thread of its own.
        """
        with self._lock:
            for thread in [thread for thread in self._readers if not thread.is_alive()]:
                self._readers.pop(thread).close()
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._readers[threading.current_thread()] = connection
            return connection


def decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    """Return what decodes the `data` of entities of one kind."""
    return msgspec.json.Decoder(shape, dec_hook=decode_hook, float_hook=Decimal)


def put(connection: Connection, table: Table, key: Mapping[str, Any], **values: Any) -> None:
    """Insert a row, or replace the one with this primary key."""
    matches = [table.c[name] == value for name, value in key.items()]
    if connection.execute(update(table).where(*matches).values(**values)).rowcount == 0:
        connection.execute(insert(table).values(**key, **values))


def put_entities(
    connection: Connection, table: Table, rows: Iterable[tuple[Mapping[str, Any], Any]]
) -> None:
    """Insert entities, each with its key; none of them may be there."""
    values = [{**key, "data": encode_json(entity)} for key, entity in rows]
    if values:
        connection.execute(insert(table), values)


class Lookup:
    """One select of one column, compiled once for a dialect and run on the driver's own cursor.

    A dry run makes four of these; through SQLAlchemy's execution each costs five times as much.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Sequence[str] | None]] = {}

    def value(self, connection: Connection, **key: str | int) -> Any:
        """Return the first column of the first row, or None."""
        cursor = self._run(connection, key)
        try:
            row = cursor.fetchone()
        finally:
            cursor.close()
        return None if row is None else row[0]

    def values(self, connection: Connection, **key: str | int) -> list[Any]:
        """Return the first column of all rows."""
        cursor = self._run(connection, key)
        try:
            return [row[0] for row in cursor.fetchall()]
        finally:
            cursor.close()

    def _run(self, connection: Connection, key: Mapping[str, str | int]) -> Any:
        """Return a cursor that has executed the statement; the caller closes it."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            compiled = self._statement.compile(dialect=dialect)
            self._compiled[dialect.name] = (str(compiled), getattr(compiled, "positiontup", None))
        text, order = self._compiled[dialect.name]
        cursor = connection.connection.cursor()
        cursor.execute(text, key if order is None else [key[name] for name in order])
        return cursor


def data_of(table: Table, *key: str) -> Lookup:
    """Return what looks up one entity's data; parameters are named as columns."""
    return Lookup(select(table.c.data).where(*(table.c[name] == bindparam(name) for name in key)))


def delete_rows(connection: Connection, table: Table, **key: Any) -> None:
    connection.execute(
        delete(table).where(*(table.c[name] == value for name, value in key.items()))
    )


def _make_engine(url: str) -> Engine:
    engine = create_engine(url, max_overflow=-1)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            # The driver must not begin transactions of its own; `begin` below does.
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
                connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _check_version(connection: Connection) -> None:
    version = connection.execute(select(func.max(tables.schema.c.version))).scalar()
    if version is None:
        connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
    elif version > tables.SCHEMA_VERSION:
        raise StoreError(
            "The database was written by a newer version of the promotion sandbox. "
            "Update, or set SANDBOX_HOME to another folder."
        )


def _explained(error: DatabaseError) -> StoreError:
    cause = str(error.orig)
    advice = {
        "database disk image is malformed": "The database file is damaged. Move it away to start "
        "anew, or restore a copy.",
        "file is not a database": "The database file is damaged or something else. Move it away.",
        "database is locked": "Another program has the database open. Close it and try again.",
        "database or disk is full": "The disk is full. Nothing was stored.",
        "attempt to write a readonly database": "The database file may not be written.",
        "unable to open database file": "The database file cannot be opened. Check SANDBOX_HOME.",
    }
    for text, sentence in advice.items():
        if text in cause:
            return StoreError(sentence)
    return StoreError(f"The database refused: {cause}")
