"""Guidance's own secrets. Beside the shared settings, the only module of the service that reads the environment."""

from typing import Literal, Self

from pydantic import BaseModel, Field, IPvAnyNetwork, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Room(BaseModel):
    """Where remote sessions are held. `jitsi`: a room of a server; `teams` and `link`: one address for all, in which
    `{room}` is the fresh name of the room, if it takes one."""

    provider: Literal["jitsi", "teams", "link"]
    address: str = Field(pattern="^https?://")
    app: str | None = Field(default=None, description="Jitsi's app id, when its rooms need a token")
    secret: SecretStr | None = Field(default=None, description="signs Jitsi's tokens")


class Secrets(BaseSettings):
    """Each field is read from `SAMVERK_GUIDANCE_<FIELD>` in capitals; without one, the doors that need it say 503."""

    model_config = SettingsConfigDict(env_prefix="SAMVERK_GUIDANCE_", frozen=True, extra="ignore")

    link_key: SecretStr | None = Field(
        default=None, min_length=32, description="signs the links that people without an account are given"
    )
    public_url: str = Field(default="", description="the address at which people reach the booking pages, https://…")
    mail: str = Field(
        default="",
        description="where e-mail goes: smtp://[user:password@]host:port, smtps://…, or maildir:/folder; none: nowhere",
    )
    mail_from: str = Field(default="vagledning@example.invalid", description="sender of e-mail")
    sms: str = Field(default="", description="address of an SMS gateway that takes JSON with to and text; none: no SMS")
    sms_token: SecretStr | None = Field(default=None, description="bearer token of the SMS gateway")
    rooms: dict[str, Room] = Field(
        default_factory=dict,
        description='rooms of remote sessions by the counsellor\'s municipality, or "default": {"default": '
        '{"provider": "jitsi", "address": "https://meet.example"}}',
    )
    calendar_keys: tuple[SecretStr, ...] = Field(
        default=(),
        description="seal addresses and passwords of calendars, and phone numbers in the drop-in queue; the first "
        'seals, all open: ["<long and random>"]',
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
