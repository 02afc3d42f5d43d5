"""What a service is told by its environment. The only module that reads the environment."""

import sys
from pathlib import Path
from typing import Literal, NoReturn, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kafka_security import Mechanism, Protocol, Security


class Settings(BaseSettings):
    """One process's settings; each field is read from `SAMVERK_<FIELD>` in capitals."""

    model_config = SettingsConfigDict(env_prefix="SAMVERK_", frozen=True, extra="ignore")

    database_url: SecretStr = Field(description="postgresql+asyncpg://role:password@host:port/database of this service")
    database_pool: int = Field(default=10, ge=1, description="connections kept open to the database")
    kafka: str = Field(description="bootstrap servers, host:port[,host:port]")
    kafka_security: Protocol = Field(default="PLAINTEXT", description="PLAINTEXT, SSL or SASL_SSL")
    kafka_mechanism: Mechanism = Field(default="SCRAM-SHA-512", description="how SASL_SSL proves who we are")
    kafka_username: str = Field(default="", validate_default=True, description="our principal on the cluster")
    kafka_password: SecretStr = Field(default=SecretStr(""), validate_default=True, description="its password")
    kafka_ca_file: Path | None = Field(default=None, description="PEM of who signs the brokers; else the system's")
    kafka_idempotence: bool = Field(default=True, description="off only for a broker without idempotent producers")
    host: str = Field(default="127.0.0.1", description="address the HTTP server listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="port the HTTP server listens on; 0 takes a free one")
    issuer: str = Field(description="the `iss` a bearer token must carry")
    audience: str = Field(default="samverk", description="the `aud` a bearer token must carry")
    jwks_url: str = Field(description="address of the issuer's public keys (JWKS, RFC 7517)")
    client_id: str = Field(
        default="samverk-pages", description="this service's name at the issuer, for logging in on its pages"
    )
    client_secret: SecretStr | None = Field(default=None, description="given where the issuer wants one beside PKCE")
    login_scope: str = Field(default="openid", description="what a log-in asks the issuer for, besides who it is")
    session_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="encrypts the session cookie; the same for every replica. Unset: made up, so that sessions end "
        "with the process",
    )
    peers: dict[str, str] = Field(
        default_factory=dict, description='the services\' public addresses as JSON: {"catalogue": "https://…", …}'
    )
    peers_within: dict[str, str] = Field(
        default_factory=dict, description="the same as this process reaches them, where that is not by public address"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="least level logged")
    max_body_bytes: int = Field(default=1_000_000, ge=1, description="largest HTTP body taken, in bytes")
    batch_size: int = Field(default=4000, ge=1, description="most events taken in one transaction")
    otlp_endpoint: str | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="where spans are sent; unset means that none leave the process",
    )

    @field_validator("kafka_username", "kafka_password")
    @classmethod
    def _needed_by_sasl(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        if info.data.get("kafka_security") == "SASL_SSL" and not value:
            raise ValueError("SASL_SSL needs it")
        return value

    @property
    def kafka_access(self) -> Security:
        """How this process shows the cluster who it is."""
        return Security(
            protocol=self.kafka_security,
            mechanism=self.kafka_mechanism,
            username=self.kafka_username,
            password=self.kafka_password.get_secret_value(),
            ca_file=self.kafka_ca_file,
        )

    @classmethod
    def load(cls) -> Self:
        """Read the environment; a fault ends the process with one line for each variable to mend."""
        try:
            return cls()  # type: ignore[call-arg]  # the environment gives them
        except ValidationError as error:
            _explain(error)

    @classmethod
    def for_documents(cls) -> Self:
        """Settings that reach nothing, for printing the OpenAPI document without an environment."""
        return cls.model_construct(
            database_url=SecretStr("postgresql+asyncpg://documents@127.0.0.1:1/documents"),
            kafka="127.0.0.1:1",
            issuer="https://issuer.example",
            jwks_url="https://issuer.example/jwks.json",
        )


def _explain(error: ValidationError) -> NoReturn:
    """The variables to mend, by name; values are never shown, since one may be a password."""
    names = {str(fault["loc"][0]): fault["msg"] for fault in error.errors(include_input=False, include_url=False)}
    lines = [f"{name if name.isupper() else f'SAMVERK_{name.upper()}'}: {message}" for name, message in names.items()]
    sys.exit("The service cannot start, mend these environment variables:\n  " + "\n  ".join(lines))
