"""Admissions' own settings. Beside the shared settings, the only module of the service that reads the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Keeping(BaseSettings):
    """Each field is read from `SAMVERK_ADMISSIONS_<FIELD>` in capitals."""

    model_config = SettingsConfigDict(env_prefix="SAMVERK_ADMISSIONS_", frozen=True, extra="ignore")

    run_inputs_kept: int = Field(
        default=5, ge=1, description="how many of the newest runs of a preliminary round can be replayed"
    )
