"""Choosing a broker: Apache Kafka, or Tansu with a reason."""

from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from local_stack import broker, kafka_jars
from local_stack.settings import Settings, UnknownBroker
from local_stack.stack import Stack
from local_stack.state import State

PORTS = {"kafka": 21_000, "kafka_controller": 21_001}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with neither Java nor apt-get."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)


def state_in(folder: Path) -> State:
    state = State(folder)
    state.prepare()
    return state


async def test_tansu_takes_and_gives_records(folder: Path) -> None:
    async with Stack(settings=Settings(state=folder, broker="tansu"), services=()) as stack:
        async with AIOKafkaProducer(bootstrap_servers=stack.kafka, enable_idempotence=False) as producer:
            await producer.send_and_wait("pricing.events", b"one")
        async with AIOKafkaConsumer(
            "pricing.events", bootstrap_servers=stack.kafka, auto_offset_reset="earliest"
        ) as consumer:
            record = await consumer.getone()

        assert record.value == b"one"
        assert (stack.broker_kind, stack.durable) == ("tansu", False)


@pytest.mark.usefixtures("bare")
async def test_without_java_it_falls_back_and_says_why_in_one_line(tmp_path: Path) -> None:
    said: list[str] = []

    chosen = await broker.choose(Settings(state=tmp_path), state_in(tmp_path), PORTS, said.append)

    assert chosen.kind == "tansu"
    assert len(said) == 1
    assert "Java 17 is missing" in said[0]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("settings", [{"broker": "apache"}, {"fallback": False}])
async def test_where_falling_back_is_not_allowed_it_is_an_error(tmp_path: Path, settings: dict[str, object]) -> None:
    wanted = Settings(state=tmp_path, **settings)  # type: ignore[arg-type]

    with pytest.raises(broker.NoDurableBroker):
        await broker.choose(wanted, state_in(tmp_path), PORTS, print)


def test_the_environment_decides() -> None:
    settings = Settings.from_environment(
        {"SAMVERK_STATE": "/x/s", "SAMVERK_KAFKA": "k:9092", "CI": "true", "BROKER": "apache"}
    )

    assert (settings.state, settings.kafka, settings.replication) == (Path("/x/s"), "k:9092", None)
    assert not settings.fallback
    with pytest.raises(UnknownBroker):
        Settings.from_environment({"BROKER": "rabbit"})


def test_a_second_state_folder_uses_the_jars_of_the_projects_own(tmp_path: Path) -> None:
    own, projects = kafka_jars.places(Settings(state=tmp_path), State(tmp_path))

    assert own.parent == tmp_path
    assert projects.parts[-2:] == (".samverk", f"kafka-{kafka_jars.version()}")
