"""Guidance's own secrets. Beside the shared settings, the only module of the service that reads the environment."""

from typing import Self

from pydantic import Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Secrets(BaseSettings):
    """Each field is read from `SAMVERK_GUIDANCE_<FIELD>` in capitals; without one, the doors that need it say 503."""

    model_config = SettingsConfigDict(env_prefix="SAMVERK_GUIDANCE_", frozen=True, extra="ignore")

    link_key: SecretStr | None = Field(
        default=None, min_length=32, description="signs the links that people without an account are given"
    )
    calendar_keys: tuple[SecretStr, ...] = Field(
        default=(),
        description="seal addresses and passwords of calendars, and phone numbers in the drop-in queue; the first seals, "
        "all open: [\"<long and random>\"]",
    )
    calendar_networks: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description='networks of our own in which calendars may be read, over http too: ["10.0.0.0/8"]'
    )
    drop_in_phone: str = Field(default="", description="the number that visitors of the drop-in queue may call")
    note_keys: dict[str, SecretStr] = Field(
        default_factory=dict,
        description='keys that seal confidential notes, by key id: {"2027a": "<32 bytes in base64>"}; an old one '
        "is kept until no note is sealed with it",
    )
    note_key: str | None = Field(default=None, description="id of the key that new notes are sealed with")

    @classmethod
    def none(cls) -> Self:
        """No secrets at all, whatever the environment says."""
        return cls.model_construct()

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.note_key is not None and self.note_key not in self.note_keys:
            raise ValueError("SAMVERK_GUIDANCE_NOTE_KEY must name one of SAMVERK_GUIDANCE_NOTE_KEYS")
        return self
