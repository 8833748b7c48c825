"""The database: one object owns it, connections never leave this module's callers.

SQLite by default, in write-ahead mode with ``synchronous=NORMAL``: what was committed survives
`kill -9`. A state-changing request is one transaction that begins with ``BEGIN IMMEDIATE``; reads
need none. Everything is synchronous: a read costs 0.05 ms that way, 0.36 in a thread and 1.6 with
an asynchronous driver. What was read once is kept, decoded, until a transaction is committed that
may change it (`sandbox.workspace.kept`); this process is alone in its home.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    Insert,
    Select,
    Table,
    TextClause,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError

from sandbox.numbers import encode_json, json_hook
from sandbox.workspace import tables
from sandbox.workspace.errors import StoreError
from sandbox.workspace.kept import Kept
from sandbox.workspace.upgrades import upgrade

T = TypeVar("T")

# Of the databases that have the statement for `put`.
_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# For transactions that touch no runtime state.
NOTHING: frozenset[str] = frozenset()

_DAMAGED = (
    "The database file is damaged. Move it away to start anew, or put a copy of it in its place."
)
# What to do, by what SQLite says.
_ADVICE = {
    "database disk image is malformed": _DAMAGED,
    "malformed database schema": _DAMAGED,
    "Could not decode to UTF-8": _DAMAGED,
    "file is not a database": "The database file is damaged, or it is something else. "
    "Move it away.",
    "database is locked": "Another program has locked the database. Close it and try again.",
    "database or disk is full": "The disk is full. Nothing was stored.",
    "disk I/O error": "The disk is full or it fails. Nothing was stored.",
    "attempt to write a readonly database": "The database file may not be written.",
    "unable to open database file": "The database file cannot be opened. Check SANDBOX_HOME.",
}


class Store:
    """An opened database.

    Whatever reads or writes raises StoreError, with what to do, when the database cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._engine = _make_engine(url)
        try:
            with self._engine.begin() as connection:
                version = _version(connection)
                tables.metadata.create_all(connection)
                _claim(connection, version)
        except BaseException as error:
            self._engine.dispose()
            # The first is the driver's, for an error text that quotes what is damaged.
            if isinstance(error, UnicodeDecodeError | msgspec.DecodeError):
                raise StoreError(_DAMAGED) from None
            raise
        self._lock = threading.Lock()
        self._readers: dict[threading.Thread, Connection] = {}
        self._writers: dict[threading.Thread, Connection] = {}
        self._kept = Kept()

    def close(self) -> None:
        for connections in (self._readers, self._writers):
            for connection in connections.values():
                connection.close()
            connections.clear()
        self._engine.dispose()

    @contextmanager
    def write(self, changes: Iterable[str] | None = None) -> Iterator[Connection]:
        """One transaction: everything in it is stored when it ends, or nothing.

        `changes` names the workspaces whose state it may change; None stands for any.
        """
        thread = threading.current_thread()
        connection = self._writers.get(thread) or self._open(self._writers)
        try:
            with ExitStack() as committed, connection.begin():
                yield connection
                committed.enter_context(self._kept.around_commit(changes))
        except BaseException:
            # Whatever state it is in: the next transaction of this thread gets another one.
            self._writers.pop(thread).close()
            raise

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """One transaction that is taken back when it ends: what `write` would have stored."""
        with self._engine.connect() as connection:
            connection.begin()
            try:
                yield connection
            finally:
                connection.rollback()

    @property
    def read(self) -> Connection:
        """This thread's connection for reading; each statement sees what is committed by then."""
        connection = self._readers.get(threading.current_thread())
        if connection is not None:
            return connection
        return self._open(self._readers, isolation_level="AUTOCOMMIT", kept=self._kept)

    def _open(self, connections: dict[threading.Thread, Connection], **options: Any) -> Connection:
        """Open a connection for this thread, and take back those of threads that have ended.

        Every run of a page is a thread of its own.
        """
        with self._lock:
            for thread in [thread for thread in connections if not thread.is_alive()]:
                connections.pop(thread).close()
            connection = self._engine.connect().execution_options(**options)
            connections[threading.current_thread()] = connection
            return connection


class StoredJson(Generic[T]):
    """Decodes JSON of one shape that the store has kept; `Any` is a shape too."""

    def __init__(self, shape: Any) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(
            shape, dec_hook=json_hook, float_hook=Decimal
        )

    def decode(self, data: bytes | str) -> T:
        try:
            return self._decoder.decode(data)
        except (msgspec.DecodeError, ValueError, TypeError, RecursionError):
            raise StoreError(_DAMAGED) from None


def decoder(shape: type[T]) -> StoredJson[T]:
    """Return what decodes the `data` of entities of one kind."""
    return StoredJson(shape)


def stored_number(text: str) -> Decimal:
    """Return a number that the store has kept as text."""
    try:
        return Decimal(text)
    except (ArithmeticError, TypeError):
        raise StoreError(_DAMAGED) from None


def put(connection: Connection, table: Table, key: Mapping[str, Any], **values: Any) -> None:
    """Insert a row with all its columns, or replace the one with this primary key."""
    _upsert(table, connection.dialect.name).run(connection, {**key, **values})


@cache
def _upsert(table: Table, dialect: str) -> Command:
    statement = _INSERTS[dialect](table)
    replaced = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    key = list(table.primary_key.columns)
    return Command(statement.on_conflict_do_update(index_elements=key, set_=replaced))


def put_entities(
    connection: Connection, table: Table, rows: Iterable[tuple[Mapping[str, Any], Any]]
) -> None:
    """Insert entities, each with its key; none of them may be there."""
    values = [{**key, "data": encode_json(entity)} for key, entity in rows]
    if values:
        connection.execute(insert(table), values)


def _unread(column: Any) -> Any:
    return column


class Command:
    """One statement, compiled once for a dialect and run on the driver's own cursor.

    Through SQLAlchemy's execution it would cost five times as much.
    """

    def __init__(self, statement: Select[Any] | Insert | TextClause) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Sequence[str] | None, Mapping[str, Any]]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Execute it, and return its rows."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            compiled = self._statement.compile(dialect=dialect)
            order = getattr(compiled, "positiontup", None)
            given = {name: value for name, value in compiled.params.items() if value is not None}
            self._compiled[dialect.name] = (str(compiled), order, given)
        sql, order, constants = self._compiled[dialect.name]
        if constants:
            values = {**constants, **values}
        cursor: Any = connection.connection.cursor()
        try:
            cursor.execute(sql, values if order is None else [values[name] for name in order])
            return cursor.fetchall() if cursor.description else []
        except dialect.loaded_dbapi.DatabaseError as error:
            raise _explained(error) from None
        finally:
            cursor.close()


_BEGIN = Command(text("BEGIN IMMEDIATE"))


class Lookup(Generic[T]):
    """One select of one column; a dry run makes four of these or more.

    The statement has a parameter named ``workspace`` first; what it has after that are the parts of
    the key, in its order. `read` makes a value, which nobody may change, of what the column holds.
    Values are kept, except inside a transaction: it sees what it has written itself, and what it
    sees may be rolled back.
    """

    def __init__(self, statement: Select[Any], read: Callable[[Any], T] = _unread) -> None:
        self._command = Command(statement)
        parameters = statement.compile().params
        self._names = [name for name, constant in parameters.items() if constant is None]
        self._read = read

    def value(self, connection: Connection, workspace: str, *key: str | int) -> T | None:
        """Return the value of the first row, or None."""
        values = self._values(connection, workspace, key)
        return values[0] if values else None

    def values(self, connection: Connection, workspace: str, *key: str | int) -> tuple[T, ...]:
        """Return the values of all rows."""
        return self._values(connection, workspace, key)

    def _values(
        self, connection: Connection, workspace: str, key: tuple[str | int, ...]
    ) -> tuple[T, ...]:
        kept: Kept | None = connection.get_execution_options().get("kept")
        if kept is None:
            return tuple(map(self._read, self._select(connection, workspace, key)))
        shelf = kept.shelf(workspace)
        values: tuple[T, ...] | None = shelf.get((self, key))
        if values is None:
            columns = self._select(connection, workspace, key)
            values = tuple(map(self._read, columns))
            shelf.put((self, key), values, sum(map(_size, columns)))
        return values

    def _select(
        self, connection: Connection, workspace: str, key: tuple[str | int, ...]
    ) -> list[Any]:
        values = dict(zip(self._names, (workspace, *key), strict=True))
        return [column for (column,) in self._command.run(connection, values)]


def _size(column: Any) -> int:
    return len(column) if isinstance(column, bytes | str) else 0


def data_of(table: Table, *key: str, read: Callable[[Any], T] = _unread) -> Lookup[T]:
    """Return what looks up one entity's data by these columns, the first being ``workspace``."""
    statement = select(table.c.data).where(*(table.c[name] == bindparam(name) for name in key))
    return Lookup(statement, read)


def delete_rows(connection: Connection, table: Table, **key: Any) -> None:
    connection.execute(
        delete(table).where(*(table.c[name] == value for name, value in key.items()))
    )


def _make_engine(url: str) -> Engine:
    try:
        engine = create_engine(url, max_overflow=-1)
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"SANDBOX_DATABASE_URL cannot be used: {error}") from None

    if engine.dialect.name not in _INSERTS:
        raise StoreError("SANDBOX_DATABASE_URL cannot be used: it is for SQLite and PostgreSQL")

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> None:
        if isinstance(context.sqlalchemy_exception, DatabaseError):
            raise _explained(context.original_exception) from None

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
                _BEGIN.run(connection, {})

    return engine


def _version(connection: Connection) -> int | None:
    """Return the version of the tables, None when there are none; raises StoreError."""
    tables.schema.create(connection, checkfirst=True)
    version: int | None = connection.execute(select(func.max(tables.schema.c.version))).scalar()
    if version is not None and version > tables.SCHEMA_VERSION:
        raise StoreError(
            "The database was written by a newer version of the promotion sandbox. "
            "Update, or set SANDBOX_HOME to another folder."
        )
    return version


def _claim(connection: Connection, version: int | None) -> None:
    """Bring tables to this version. Something is written in any case: it must not fail later."""
    if version is None:
        connection.execute(insert(tables.schema).values(version=tables.SCHEMA_VERSION))
    elif version < tables.SCHEMA_VERSION:
        upgrade(connection, version)
    else:
        connection.execute(update(tables.schema).values(version=tables.schema.c.version))


def _explained(error: BaseException) -> StoreError:
    """Return the driver's error as a sentence."""
    cause = str(error)
    for said, sentence in _ADVICE.items():
        if said in cause:
            return StoreError(sentence)
    return StoreError(f"The database refused: {cause}")
