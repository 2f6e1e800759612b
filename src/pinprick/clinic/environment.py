"""What the surroundings decide: read from environment variables once, checked, each refusal naming the variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pinprick.errors import InputError, InputErrors


def default_data() -> Path:
    """Return the folder where the clinic's data lie unless another is asked for."""
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "pinprick"


class Environment(BaseModel):
    """The settings of one installation; every field is the variable of the same name in capitals, after PINPRICK_."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(default_factory=default_data, description="Folder of database, keys and caches.")
    database_url: str = Field(
        "", description="DATABASE_URL of a PostgreSQL; empty: the embedded server in the data folder."
    )
    secret_key: str = Field(
        "", description="Key that signs cookies and links; empty: made once and kept in the data folder."
    )
    hosts: tuple[str, ...] = Field(("localhost", "127.0.0.1", "[::1]"), description="Host names the server answers to.")
    https: bool = Field(
        False,
        description="The server is reached over HTTPS: secure cookies, strict transport (subdomains too).",
    )
    behind_proxy: bool = Field(False, description="A proxy of yours sets X-Forwarded-Proto and X-Forwarded-For.")
    debug: bool = Field(False, description="Show faults in the browser; never with patients' data.")
    idle_minutes: int = Field(
        15, ge=1, le=480, description="After this time without a request the screen asks again who is there."
    )
    session_hours: int = Field(12, ge=1, le=24, description="After this time a person signs in anew.")
    workers: int = Field(2, ge=1, le=64, description="Server processes.")
    threads: int = Field(4, ge=1, le=64, description="Threads that answer requests in each process.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severity that is logged.")

    @field_validator("hosts", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("must begin with postgresql://")
        try:
            urlsplit(value).port  # noqa: B018
        except ValueError:
            # The library's own words would show what may be a part of the password.
            raise ValueError("cannot be read; write / as %2F, # as %23 and @ as %40 inside a password") from None
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: str) -> str:
        if value and len(value) < 50:
            raise ValueError("must have at least 50 characters")
        return value


def variable(field: str) -> str:
    """Return the environment variable of a field."""
    return "DATABASE_URL" if field == "database_url" else f"PINPRICK_{field.upper()}"


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """Read the environment.

    Args:
        variables: names and values; the process's own unless given.

    Raises:
        InputErrors: one line for each variable whose value cannot be used.
    """
    found = os.environ if variables is None else variables
    given = {name: found[variable(name)] for name in Environment.model_fields if found.get(variable(name))}
    try:
        return Environment.model_validate(given)
    except ValidationError as fault:
        raise InputErrors([_problem(error, given) for error in fault.errors()], file="the environment") from fault


def _problem(error: Any, given: Mapping[str, str]) -> InputError:
    field = str(error["loc"][0])
    shown = "…" if field in ("secret_key", "database_url") else given.get(field)
    remedy = f"Correct or unset it: {Environment.model_fields[field].description}"
    return InputError(f"{variable(field)}: {error['msg']}.", field=variable(field), given=shown, remedy=remedy)
