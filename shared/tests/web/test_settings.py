"""The environment is read once, and a fault is told by the variable's name."""

import pytest

from shared.settings import Settings

GIVEN = {
    "SAMVERK_DATABASE_URL": "postgresql+asyncpg://admissions:hemligt@db/admissions",
    "SAMVERK_KAFKA": "kafka:9092",
    "SAMVERK_ISSUER": "https://issuer.example",
    "SAMVERK_JWKS_URL": "https://issuer.example/jwks.json",
    "SAMVERK_PEERS": '{"catalogue": "https://catalogue.example"}',
}


@pytest.fixture
def environment(monkeypatch):
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    return monkeypatch


def test_what_is_given_is_read_and_secrets_do_not_show(environment):
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    settings = Settings.load()

    assert settings.peers == {"catalogue": "https://catalogue.example"}
    assert settings.database_url.get_secret_value() == GIVEN["SAMVERK_DATABASE_URL"]
    assert settings.otlp_endpoint == "http://collector:4318"
    assert "hemligt" not in repr(settings)


def test_every_fault_names_its_variable_and_no_value(environment):
    environment.delenv("SAMVERK_KAFKA")
    environment.delenv("SAMVERK_ISSUER")
    environment.setenv("SAMVERK_PORT", "hemligt")

    with pytest.raises(SystemExit) as caught:
        Settings.load()

    message = str(caught.value)
    assert all(name in message for name in ("SAMVERK_KAFKA", "SAMVERK_ISSUER", "SAMVERK_PORT"))
    assert "SAMVERK_DATABASE_URL" not in message
    assert "hemligt" not in message


def test_documents_can_be_printed_without_an_environment(monkeypatch):
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)

    assert Settings.for_documents().audience == "samverk"
