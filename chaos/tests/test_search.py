"""The witness and the search against a real, migrated database of the catalogue."""

import asyncpg
import pytest

from chaos import search, witness
from chaos.facts import Effect, Place

_OFFERING = """
    INSERT INTO offerings (intake_year, offering, municipality, programme, school_unit, school_name, seats, status,
                           revision, version, changed_at)
    VALUES (2027, 'o', '2281', 'EK', '10000001', 'Testskolan', 1, 'offered', 1, 1, now())
"""
_TELL = """
    INSERT INTO outbox (event_id, type, topic, key, headers, payload)
    VALUES (gen_random_uuid(), 'se.samverk.catalogue.offering.changed.v1', 'catalogue.events', 'o', '[]', $1)
"""


@pytest.fixture
def service_name() -> str:
    return "catalogue"


@pytest.fixture
async def url(database: str) -> str:
    plain = database.replace("+asyncpg", "")
    await witness.install(plain, "catalogue")
    return plain


async def test_the_witness_sees_each_state_and_the_search_finds_it(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(_OFFERING)
    await connection.execute("UPDATE offerings SET revision = 3")
    await connection.execute(
        "INSERT INTO inbox (source, event_id, type, digest, refused) VALUES ('s', 'e', 't', '', true)"
    )
    await connection.execute(_TELL, b'{"seats": 3, "version": 2}')
    await connection.execute(
        'INSERT INTO dead_letters (id, consumer_group, topic, partition, "offset", headers, event_id, reason, faults)'
        " VALUES (gen_random_uuid(), 'catalogue', 'in.2281.catalogue', 1, 5, '[]', 'e', 'breaks_a_rule', '[]')"
    )
    await connection.close()

    found = await search.in_database(url, "catalogue")

    assert found.witnessed == [Effect("o", 1), Effect("o", 3)]
    assert found.states == {"o": 3}
    assert found.inbox == {("s", "e"): True}
    assert found.effects == [Effect("o", 3)]
    assert [(told.subject, told.version) for told in found.committed] == [("o", 2)]
    assert [(letter.event_id, letter.place) for letter in found.letters] == [("e", Place("in.2281.catalogue", 1, 5))]
    assert found.waiting == 1


async def test_what_was_rolled_back_was_never_seen(url: str) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(_OFFERING)
    await transaction.rollback()
    await connection.close()

    assert (await search.in_database(url, "catalogue")).witnessed == []
