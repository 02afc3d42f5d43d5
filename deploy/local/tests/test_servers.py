"""The servers of the stack: isolated, durable, told apart from another stack's."""

import shutil
import signal
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from joserfc import jwt
from joserfc.jwk import KeySet

from local_stack import databases, prepare, running, topics
from local_stack.settings import SERVICES, Settings
from local_stack.stack import Stack
from local_stack.state import State, StateFolderBusy

pytestmark = pytest.mark.asyncio(loop_scope="session")


def plain(url: str) -> str:
    return url.replace("postgresql+asyncpg", "postgresql")


def needs_durable(stack: Stack) -> None:
    if not stack.durable:
        pytest.skip("needs a broker that keeps its records over a restart; Tansu keeps them in memory")


async def test_each_service_has_a_database_with_the_extensions_it_needs(stack: Stack) -> None:
    for service in SERVICES:
        connection = await asyncpg.connect(plain(stack.database_urls[service]))
        found = await connection.fetch("SELECT extname FROM pg_extension")
        place = await connection.fetchval("SELECT current_user || '@' || current_database()")
        await connection.close()

        assert {row["extname"] for row in found} >= set(databases.EXTENSIONS)
        assert place == f"samverk_{service}@samverk_{service}"


async def test_no_role_reads_another_services_database(stack: Stack) -> None:
    foreign = databases.at_database(plain(stack.database_urls["pricing"]), "samverk_admissions")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(foreign)


async def test_the_server_asks_for_the_password(stack: Stack) -> None:
    port = urlsplit(stack.postgres_admin_url).port

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://postgres:guess@127.0.0.1:{port}/postgres")


async def test_databases_are_created_once(stack: Stack) -> None:
    passwords = {service: stack.state.role_password(service) for service in SERVICES}

    assert await databases.create(stack.postgres_admin_url, passwords) == stack.database_urls


async def test_servers_that_already_run_can_be_prepared_again(stack: Stack) -> None:
    passwords = {service: stack.state.role_password(service) for service in SERVICES}
    settings = Settings(state=stack.state.folder, postgres=stack.postgres_admin_url, kafka=stack.kafka)

    outcome = await prepare.prepare(settings, passwords)

    assert outcome.created == []
    with pytest.raises(prepare.SettingMissing, match="SAMVERK_KAFKA"):
        await prepare.prepare(replace(settings, kafka=None), passwords)


async def test_a_stack_uses_the_servers_it_is_given(stack: Stack, folder: Path) -> None:
    settings = Settings(state=folder, postgres=stack.postgres_admin_url, kafka=stack.kafka)
    shutil.copytree(stack.state.folder, folder, ignore=lambda _, names: set(names) - {"secrets.json"})

    async with Stack(settings=settings, services=()) as guest:
        assert guest.supervisor.names() == ["issuer"]
        assert (guest.kafka, guest.broker_kind) == (stack.kafka, "external")
        assert guest.database_urls == stack.database_urls


async def test_swedish_letters_sort_and_fold_as_text(stack: Stack) -> None:
    connection = await asyncpg.connect(plain(stack.database_urls["guidance"]))
    lowered = await connection.fetchval("SELECT lower('ÅÄÖ')")
    encoding = await connection.fetchval("SHOW server_encoding")
    await connection.close()

    assert (lowered, encoding) == ("åäö", "UTF8")


async def test_committed_rows_survive_a_killed_postgres(stack: Stack) -> None:
    url = plain(stack.database_urls["catalogue"])
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
    before = stack.supervisor.pid("postgres")

    await stack.kill("postgres")
    await stack.supervisor.ready("postgres")

    again = await asyncpg.connect(url)
    assert await again.fetchval("SELECT count(*) FROM kept") == 1000
    assert stack.supervisor.pid("postgres") != before
    await again.execute("DROP TABLE kept")
    await again.close()


async def test_confirmed_records_survive_a_killed_kafka(stack: Stack) -> None:
    needs_durable(stack)
    topic = "in.2281.admissions.dlq"
    async with AIOKafkaProducer(bootstrap_servers=stack.kafka, enable_idempotence=True) as producer:
        for number in range(100):
            await producer.send_and_wait(topic, str(number).encode())

    await stack.kill("kafka", signal.SIGKILL)
    await stack.supervisor.ready("kafka")

    assert await count(stack.kafka, topic) == 100


async def test_a_stopped_broker_comes_back_with_its_topics(stack: Stack) -> None:
    needs_durable(stack)
    await stack.stop("kafka")
    assert stack.supervisor.pid("kafka") is None

    await stack.start("kafka")

    outcome = await topics.create(stack.kafka, topics.declared())
    assert outcome.created == []


async def test_topics_are_created_once_and_differences_are_only_told(stack: Stack) -> None:
    wanted = topics.declared()
    events = next(topic for topic in wanted if topic.name == "pricing.events")

    same = await topics.create(stack.kafka, wanted)
    other = await topics.create(stack.kafka, [replace(events, partitions=9)])

    assert (same.created, same.differing, len(same.present)) == ([], [], len(wanted))
    assert other.differing == [topics.Difference("pricing.events", "partitions", "9", "4")]


async def test_another_retention_is_told(stack: Stack) -> None:
    needs_durable(stack)
    events = next(topic for topic in topics.declared() if topic.name == "pricing.events")

    outcome = await topics.create(stack.kafka, [replace(events, retention_ms=5)])

    assert outcome.differing == [topics.Difference("pricing.events", "retention.ms", "5", str(events.retention_ms))]


async def test_a_token_verifies_against_the_published_keys(stack: Stack) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        about = (await client.get(f"{stack.issuer_url}/.well-known/openid-configuration")).json()
        published = (await client.get(about["jwks_uri"])).json()

    token = jwt.decode(stack.token(municipality="2281"), KeySet.import_key_set(published), algorithms=["ES256"])

    assert token.claims["iss"] == about["issuer"] == stack.issuer_url
    assert token.claims["aud"] == "samverk"
    assert token.claims["municipality"] == "2281"
    assert token.claims["scope"] == "events:write reports:read"
    assert "d" not in published["keys"][0]


async def test_a_running_stack_is_found_and_its_folder_is_taken(stack: Stack) -> None:
    found = running.find(stack.state)

    assert found is not None
    assert (found.kafka, found.postgres_admin_url) == (stack.kafka, stack.postgres_admin_url)
    with pytest.raises(StateFolderBusy):
        await Stack(stack.state.folder, services=()).__aenter__()


async def test_secrets_are_for_their_owner_alone(stack: Stack) -> None:
    for name in ("secrets.json", "stack.json"):
        assert (stack.state.folder / name).stat().st_mode & 0o077 == 0


async def test_two_stacks_run_side_by_side(stack: Stack, folder: Path) -> None:
    async with Stack(settings=Settings(state=folder, broker="tansu"), services=()) as other:
        assert other.kafka != stack.kafka
        assert other.issuer_url != stack.issuer_url
        mixed = databases.service_url(other.postgres_admin_url, "pricing", stack.state.role_password("pricing"))
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(plain(mixed))

    assert running.find(State(folder)) is None
    assert running.find(stack.state) is not None


async def count(bootstrap: str, topic: str) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        ends = await consumer.end_offsets([partition])
        return int(ends[partition])
    finally:
        await consumer.stop()
