"""``dmp-gateway settings``: what is in force, where it comes from, what each one means."""

from __future__ import annotations

import os
import re
from typing import Any

from pydantic import SecretStr

from gateway.cli.output import AsJson, print_json, print_table
from gateway.settings import Settings, load_settings


def settings(as_json: AsJson = False) -> None:
    """Show every setting with its value; passwords in URLs are hidden."""
    current = load_settings()
    rows = [_row(current, name) for name in Settings.model_fields]
    if as_json:
        print_json(rows)
    else:
        columns = ("setting", "value", "from", "meaning")
        print_table(
            "Settings", columns, [(row["setting"], row["value"], row["from"], row["meaning"]) for row in rows]
        )


def _row(current: Settings, name: str) -> dict[str, Any]:
    variable = f"GATEWAY_{name.upper()}"
    return {
        "setting": variable,
        "value": _shown(getattr(current, name)),
        "from": "environment" if variable in os.environ else "default",
        "meaning": Settings.model_fields[name].description,
    }


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return re.sub(r"(//[^:/@]*):[^@/]*@", r"\1:•••@", text)
