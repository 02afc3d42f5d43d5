"""What is declared: topics, ports, roles, addresses, the container set-up."""

import re
import socket
from pathlib import Path

import pytest
import yaml
from joserfc import jwt

from local_stack import databases, give_token, ports, topics
from local_stack.issuer import ROLES, UnknownRole, scopes_of, signing_key
from local_stack.settings import PROJECT, SERVICES
from local_stack.state import State


def test_the_declared_topics_are_those_of_the_region() -> None:
    declared = {topic.name: topic for topic in topics.declared()}

    assert len(declared) == 7 * 4 * 2 + 7 + 4 * 2
    assert declared["in.2281.admissions"].partitions == 2
    assert declared["pricing.events"].partitions == 4
    assert declared["out.2260.answers"].retention_ms == 30 * topics.DAY_MS
    assert topics.municipalities() == ["2260", "2262", "2280", "2281", "2282", "2283", "2284"]


def test_topics_that_hold_personal_data_keep_it_seven_days_at_most() -> None:
    inbound = [topic for topic in topics.declared() if topic.name.startswith("in.") or topic.name.endswith(".dlq")]

    assert max(topic.retention_ms for topic in inbound) == 7 * topics.DAY_MS


def test_ports_are_kept_until_somebody_else_takes_one(tmp_path: Path) -> None:
    state = State(tmp_path)
    first = ports.choose(state, ("a", "b"))
    assert ports.choose(state, ("a", "b")) == first

    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", first["a"]))
        stranger.listen()
        again = ports.choose(state, ("a", "b"))

    assert again["a"] != first["a"]
    assert again["b"] == first["b"]


def test_a_municipality_without_role_gets_what_its_local_system_needs() -> None:
    assert scopes_of(municipality="2281", roles=()) == ["events:write", "reports:read"]
    assert scopes_of(municipality="2281", roles=("economist",)) == ROLES["economist"].split()
    both = scopes_of(municipality=None, roles=("counsellor", "coordinator"))
    assert both == ["guidance:read", "guidance:book", "guidance:counsel", "guidance:coordinate"]
    assert scopes_of(municipality=None, roles=()) == []
    with pytest.raises(UnknownRole):
        scopes_of(municipality=None, roles=("king",))


def test_a_token_can_be_given_for_an_issuer_in_a_container(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    give_token.main([str(tmp_path), "http://issuer:8000", "--role", "economist"])

    token = jwt.decode(capsys.readouterr().out.strip(), signing_key(State(tmp_path)), algorithms=["ES256"])
    assert (token.claims["iss"], token.claims["roles"]) == ("http://issuer:8000", ["economist"])
    assert "municipality" not in token.claims


def test_a_services_address_keeps_the_servers_place_and_options() -> None:
    url = databases.service_url("postgresql://admin:x@db.example:6432/postgres?sslmode=require", "pricing", "p/w@1")

    assert url == "postgresql+asyncpg://samverk_pricing:p%2Fw%401@db.example:6432/samverk_pricing?ssl=require"


def test_secrets_are_made_once(tmp_path: Path) -> None:
    state = State(tmp_path)

    password = state.role_password("pricing")

    assert State(tmp_path).role_password("pricing") == password != state.role_password("guidance")


def compose() -> dict[str, dict[str, dict[str, object]]]:
    parsed: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return parsed


def test_the_containers_are_the_servers_and_the_four_services() -> None:
    services = compose()["services"]

    assert set(services) >= {"postgres", "kafka", *SERVICES}
    assert str(services["postgres"]["image"]).startswith("postgres:18")
    pom = (PROJECT / "deploy/local/kafka/pom.xml").read_text()
    version = re.search(r"<kafka.version>(.+)</kafka.version>", pom)
    assert version
    assert services["kafka"]["image"] == f"apache/kafka:{version[1]}"


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_built_from_its_own_file_as_an_ordinary_user(service: str) -> None:
    build = compose()["services"][service]["build"]
    assert build == {"context": ".", "dockerfile": f"services/{service}/Dockerfile"}
    lines = (PROJECT / "services" / service / "Dockerfile").read_text().splitlines()

    assert lines[-1] == f'CMD ["python", "-m", "{service}", "serve"]'
    assert any(line.startswith("USER ") and line != "USER root" for line in lines)
    assert any("--require-hashes" in line for line in lines)
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_no_password_stands_in_the_container_set_up() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()

    for line in text.splitlines():
        if "PASSWORD" in line and ":-" in line:
            raise AssertionError(line)
    assert "${SAMVERK_POSTGRES_PASSWORD:?" in text
