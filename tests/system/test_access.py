"""Who may do what on the secured cluster, tried: everything that is not one's own is refused."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import GroupAuthorizationFailedError, KafkaConnectionError, TopicAuthorizationFailedError
from aiokafka.protocol.fetch import FetchRequest

from local_stack import access, principals, topics
from local_stack.certificates import Authority
from local_stack.cluster import administration
from shared.settings import Settings

from .events import TRADES

SERVICES = [trade.service for trade in TRADES]
EVERYONE = ["municipality-2281", *SERVICES, "operations"]
TOPICS = sorted(topic.name for topic in topics.declared())
HEARD = {
    service: set(import_module(f"{service}.main").build(Settings.for_documents()).listens_to) for service in SERVICES
}
NOT_AUTHORIZED = 29


@pytest.fixture(autouse=True)
def _secured(stack) -> None:
    if stack.security("administrator").protocol != "SASL_SSL":
        pytest.skip("needs the secured cluster: make test-kafka")


def may_write(principal: str, topic: str) -> bool:
    """The rules said once more, by hand."""
    if principal == "municipality-2281":
        return topic in {f"in.2281.{service}" for service in SERVICES}
    if principal == "operations":
        return False
    own = topic.split(".")[-1] == principal or topic.endswith(f".{principal}.dlq") or topic == f"{principal}.events"
    heard = topic in HEARD[principal] or topic.removesuffix(".dlq") in HEARD[principal]
    return own or heard or topic.startswith("out.")


def may_read(principal: str, topic: str) -> bool:
    if principal == "municipality-2281":
        return topic == "out.2281.answers"
    if principal == "operations":
        return False
    return (topic.startswith("in.") and topic.endswith(f".{principal}")) or topic in HEARD[principal]


@pytest.mark.parametrize("principal", EVERYONE)
async def test_nobody_writes_where_no_rule_allows_it(principal, stack):
    written = []
    async with AIOKafkaProducer(**stack.client(principal), acks="all", request_timeout_ms=5_000) as producer:
        for topic in (topic for topic in [*TOPICS, "__consumer_offsets"] if not may_write(principal, topic)):
            try:
                await producer.send_and_wait(topic, b"{}")
                written.append(topic)
            except TopicAuthorizationFailedError:
                continue

    assert written == []


@pytest.mark.parametrize("principal", EVERYONE)
async def test_everyone_reads_what_a_rule_allows_and_nothing_else(principal, stack):
    asked = [*TOPICS, "__consumer_offsets"]
    client = AIOKafkaClient(**stack.client(principal), request_timeout_ms=10_000)
    await client.bootstrap()
    try:
        wanted = [(topic, [(0, 0, 1_000)]) for topic in asked]
        answer = await client.send(client.get_random_node(), FetchRequest(0, 0, 100_000, 0, wanted))
    finally:
        await client.close()

    # that another broker leads the partition, or that its beginning is deleted, is told only to those who may read
    refused = {topic for topic, parts in answer.topics if parts[0][1] == NOT_AUTHORIZED}
    assert set(asked) - refused == {topic for topic in TOPICS if may_read(principal, topic)}


async def test_a_municipality_writes_its_own_and_its_reports_have_effect(stack, batch, ledger):
    reports = [trade.make(batch, 1) for trade in TRADES]
    async with AIOKafkaProducer(**stack.client("municipality-2281"), acks="all", enable_idempotence=True) as producer:
        for report in reports:
            await producer.send_and_wait(
                f"in.2281.{report.service}", report.value(), key=report.subject.encode(), headers=report.headers()
            )

    for trade, report in zip(TRADES, reports, strict=True):
        if report.municipality == "2281":
            await ledger.until_taken(trade.service, [report])


async def test_a_municipality_reads_its_answers_in_a_group_of_its_own(stack):
    consumer = AIOKafkaConsumer("out.2281.answers", **stack.client("municipality-2281"), group_id="municipality-2281")
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            while not consumer.assignment():
                await asyncio.sleep(0.1)
        await consumer.commit()
    finally:
        await consumer.stop()


@pytest.mark.parametrize("group", [*SERVICES, "municipality-2282", "anything"])
async def test_a_municipality_joins_no_other_group(group, stack):
    consumer = AIOKafkaConsumer("out.2281.answers", **stack.client("municipality-2281"), group_id=group)
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await asyncio.wait_for(consumer.start(), 20)
    finally:
        await consumer.stop()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_joins_no_other_services_group(service, stack):
    other = next(name for name in SERVICES if name != service)
    consumer = AIOKafkaConsumer(f"in.2281.{service}", **stack.client(service), group_id=other)
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await asyncio.wait_for(consumer.start(), 20)
    finally:
        await consumer.stop()


@asynccontextmanager
async def admin_as(stack, principal: str):
    async with administration(stack.kafka, stack.security(principal)) as admin:
        yield admin


@pytest.mark.parametrize("principal", EVERYONE)
async def test_only_the_administrator_changes_the_cluster(principal, stack):
    async with admin_as(stack, principal) as admin:
        made = await admin.create_topics([NewTopic("in.2281.more", 1, 3)])
        gone = await admin.delete_topics(["in.2281.admissions"])
        with pytest.raises(access.AccessRefused):
            await access.set_passwords(admin, {principal: "chosen by itself"})
        with pytest.raises(access.AccessRefused):
            await access.apply(admin, [principals.Right(principal, "topic", "pricing.events", False, "write")], [])

    assert [error[1] for error in made.topic_errors] == [NOT_AUTHORIZED]
    assert [code for _, code in gone.topic_error_codes] == [NOT_AUTHORIZED]


async def test_the_access_list_on_the_cluster_is_what_the_rules_make(stack):
    async with admin_as(stack, "administrator") as admin:
        assert await access.describe(admin) == principals.rights()


async def test_a_municipality_sees_only_the_names_of_its_own_topics(stack):
    async with admin_as(stack, "municipality-2281") as admin:
        seen = set(await admin.list_topics())

    assert seen == {topic for topic in TOPICS if topic.split(".")[1] == "2281"}


@pytest.mark.parametrize(
    "changed",
    [
        {"password": "guess"},
        {"username": "municipality-9999"},
        {"protocol": "PLAINTEXT"},
        {"protocol": "SSL"},
        {"mechanism": "PLAIN"},
        {"mechanism": "SCRAM-SHA-256"},
        {"ca_file": None},
    ],
    ids=lambda changed: "-".join(f"{key}-{value}" for key, value in changed.items()),
)
async def test_who_cannot_show_who_they_are_does_not_come_in(changed, stack):
    security = replace(stack.security("municipality-2281"), **changed)

    with pytest.raises(KafkaConnectionError):
        async with administration(stack.kafka, security) as admin:
            await admin.list_topics()


async def test_a_certificate_of_another_authority_opens_nothing(stack, tmp_path):
    stranger = Authority(tmp_path)
    stranger.prepare()
    ours = stack.security("administrator").ca_file
    inside = next(port for name, port in read_ports(stack).items() if name == "kafka-1-internal")
    deceiver = replace(stack.security("administrator"), ca_file=stranger.file)
    intruder = replace(
        stack.security("administrator"), protocol="SSL", ca_file=ours, certificate=stranger.certificate("administrator")
    )
    nobody = replace(intruder, certificate=None)

    for security in (deceiver, intruder, nobody):
        with pytest.raises(KafkaConnectionError):
            async with administration(f"127.0.0.1:{inside}", security) as admin:
                await admin.list_topics()


async def test_a_broker_under_another_name_is_not_trusted(stack):
    context = stack.client("municipality-2281")["ssl_context"]
    host, _, port = stack.kafka.split(",")[0].rpartition(":")

    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        await asyncio.open_connection(host, int(port), ssl=context, server_hostname="kafka.example.se")
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    writer.close()


async def test_no_password_is_readable_by_others_or_told(stack):
    passwords = stack.state.kafka_passwords([]).values()
    files = [stack.state.folder / "secrets.json", *(stack.state.folder / "certificates").glob("*.pem")]
    commands = [" ".join(stack.supervisor._runs[name].program.command) for name in stack.supervisor.names()]
    logs = [log.read_text(errors="replace") for log in stack.state.logs.glob("*.log")]

    assert len(passwords) == len(principals.names()) + 1
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
    assert not any(password in text for password in passwords for text in [*commands, *logs])


def read_ports(stack) -> dict[str, int]:
    from local_stack import ports

    return ports.read(stack.state)
