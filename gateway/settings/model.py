"""Every setting of the gateway, with its default, its unit and what it is for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode, SettingsConfigDict

from gateway.errors import ConfigurationError
from gateway.settings.security import SecuritySettings


class Settings(SecuritySettings):
    """Read from ``GATEWAY_<NAME>``; a value may also come from a file in ``GATEWAY_SECRETS_DIR``."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True, extra="ignore")

    environment: Literal["trial", "test", "production"] = Field(
        "trial", description="trial, test or production; production refuses test INS and unknown senders"
    )
    amqp_url: SecretStr | None = Field(
        None, description="RabbitMQ URL (amqp:// or amqps://); without it --embedded starts a private broker"
    )
    data_dir: Path = Field(Path("var"), description="folder of everything the embedded parts keep")
    facilities: Path | None = Field(
        None, description="TOML file that declares the senders; without it, the demo's declaration"
    )
    packs_dir: Path | None = Field(
        None, description="folder of the official rule packs; without it, packs in the data folder"
    )
    prefetch: int = Field(32, ge=1, le=1000, description="deliveries a worker may hold unacknowledged")
    bytes_in_flight: int = Field(
        128 * 1024 * 1024, ge=1024 * 1024, description="bytes of messages a worker may hold at once"
    )
    max_message_bytes: int = Field(
        25 * 1024 * 1024, ge=1024, description="largest message read, in bytes; a larger one is refused"
    )
    delivery_limit: int = Field(
        20, ge=1, description="deliveries after which the broker itself dead-letters a message"
    )
    retry_delays: Annotated[tuple[int, ...], NoDecode] = Field(
        (10, 60, 600, 3600, 21600), description="seconds to wait before each retry; the last one repeats"
    )
    max_attempts: int = Field(12, ge=1, description="attempts after which a message is dead-lettered")
    shutdown_seconds: float = Field(30.0, gt=0, description="seconds given to work in flight at SIGTERM")
    repository_url: str | None = Field(None, description="XDS.b repository (ITI-41) of the DMP")
    registry_url: str | None = Field(None, description="XDS.b registry (ITI-18, ITI-57) of the DMP")
    connect_timeout: float = Field(5.0, gt=0, description="seconds to open a connection to the DMP")
    answer_timeout: float = Field(60.0, gt=0, description="seconds to wait for the DMP's answer")
    evidence_dir: Path | None = Field(
        None,
        description="folder that keeps redacted requests and answers of the DMP (homologation); off without",
    )
    ledger_url: SecretStr | None = Field(
        None, description="SQLAlchemy URL of the ledger; without it, SQLite in the data folder"
    )
    patient_key: SecretStr | None = Field(
        None,
        description="secret (32 characters or more) that hides the ledger's patients, the same for all "
        "its workers. Without it, patient.key in the data folder, made at first start",
    )
    consent_required: bool = Field(
        False, description="deposit only when the patient's position on feeding is known (ADT, ZFA-9 = INO)"
    )
    store_host: str = Field("127.0.0.1", description="address of the embedded DMP store")
    store_port: int = Field(8580, ge=0, le=65535, description="port of the embedded store; 0 = any free one")
    health_host: str = Field("127.0.0.1", description="address of /metrics, /healthz and /readyz")
    health_port: int = Field(9108, ge=0, le=65535, description="port of /metrics; 0 = any free one")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level logged")
    log_format: Literal["json", "console"] = Field("json", description="one JSON object a line, or readable")

    @field_validator("retry_delays", mode="before")
    @classmethod
    def _delays(cls, value: object) -> object:
        """Accept ``10,60,600`` as well as a JSON list."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.strip("[]() ").split(",") if part.strip())
        return value

    @field_validator("retry_delays")
    @classmethod
    def _delays_make_sense(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or any(delay < 1 for delay in value) or list(value) != sorted(set(value)):
            raise ValueError("give growing whole seconds, for instance 10,60,600")
        return value

    @property
    def ledger_database(self) -> str:
        if self.ledger_url is not None:
            return self.ledger_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'ledger.sqlite3'}"

    @property
    def packs_folder(self) -> Path:
        return self.packs_dir or self.data_dir / "packs"

    @property
    def patient_key_file(self) -> Path:
        return self.data_dir / "patient.key"

    @property
    def store_database(self) -> str:
        return f"sqlite:///{self.data_dir / 'store.sqlite3'}"


def load_settings(**overrides: object) -> Settings:
    """The settings in force. Raises ConfigurationError with every problem, one line each."""
    try:
        return Settings(_secrets_dir=os.environ.get("GATEWAY_SECRETS_DIR"), **overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ConfigurationError([_problem(item) for item in error.errors()]) from None


def _problem(item: ErrorDetails) -> str:
    name = "_".join(str(part) for part in item["loc"][:1]).upper()
    return f"GATEWAY_{name}: {item['msg']}"
