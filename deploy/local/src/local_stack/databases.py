"""One database and one role per service, on the embedded server or on any other."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
# any number that nobody else locks: two stacks that prepare one server must take turns
TURN = 7_262_837_465


async def create(admin_url: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Create what is missing for each service in `passwords` (service -> password of its role).

    The password of an existing role is set anew. Returns service -> `postgresql+asyncpg://…`.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", TURN)
        for service, password in passwords.items():
            await _create_role(connection, name(service), password)
            await _create_database(connection, name(service))
        for service in passwords:
            await _create_extensions(at_database(admin_url, name(service)))
    finally:
        await connection.close()
    return {service: service_url(admin_url, service, password) for service, password in passwords.items()}


async def create_watcher(admin_url: str, password: str) -> str:
    """The role that the exporter asks as: it sees what goes on (pg_monitor) and no service's data.

    Returns its `postgresql://…` for a client of libpq's kind.
    """
    role = name("watcher")
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", TURN)
        await _create_role(connection, role, password)
        await _execute(connection, "GRANT pg_monitor TO %I", role)
    finally:
        await connection.close()
    parts = urlsplit(admin_url)
    netloc = f"{role}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"
    options = dict(parse_qsl(parts.query))
    # libpq's default, which the exporter's driver does not know
    return urlunsplit(parts._replace(netloc=netloc, query=urlencode({"sslmode": "disable"} | options)))


def name(service: str) -> str:
    """The database of a service and its role share one name."""
    return f"samverk_{service}"


def service_url(admin_url: str, service: str, password: str) -> str:
    """The address under which a service reaches its own database through asyncpg."""
    parts = urlsplit(admin_url)
    place = parts.netloc.rpartition("@")[2]
    # libpq's word for it, which asyncpg's own connect knows but SQLAlchemy's asyncpg dialect does not
    options = [("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)]
    role = name(service)
    netloc = f"{role}:{quote(password, safe='')}@{place}"
    return urlunsplit(("postgresql+asyncpg", netloc, f"/{role}", urlencode(options), ""))


def at_database(url: str, database: str) -> str:
    """The same server and user, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


async def _create_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    exists = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    # statements about roles take no parameters: the server itself quotes
    template = f"{verb} ROLE %I LOGIN PASSWORD %L"
    await connection.execute(
        await connection.fetchval("SELECT format($1, $2::text, $3::text)", template, role, password)
    )
    # an administrator who is no superuser (managed servers) may only give a database to a role it belongs to
    await _execute(connection, "GRANT %I TO CURRENT_USER", role)


async def _create_database(connection: asyncpg.Connection, database: str) -> None:
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database):
        await _execute(connection, "CREATE DATABASE %1$I OWNER %1$I", database)
    await _execute(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", database)


async def _create_extensions(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for extension in EXTENSIONS:
            await _execute(connection, "CREATE EXTENSION IF NOT EXISTS %I", extension)
    finally:
        await connection.close()


async def _execute(connection: asyncpg.Connection, template: str, identifier: str) -> None:
    await connection.execute(await connection.fetchval("SELECT format($1, $2::text)", template, identifier))
