"""The other verbs: they read well, and their listings have a form for scripts."""

from __future__ import annotations

import json

import pytest

from gateway.settings import Settings
from gateway.topology import build_topology
from tests.cli.test_check import run


def test_the_topology_is_printed_without_a_broker() -> None:
    rows = [json.loads(line) for line in run("topology", "show", "--json").stdout.splitlines()]
    topology = build_topology()
    assert {row["name"] for row in rows if row["object"] == "queue"} == {
        item.name for item in topology.queues
    }
    intake = next(row for row in rows if row["object"] == "queue" and row["name"] == "intake.lab")
    assert intake["arguments"]["x-dead-letter-strategy"] == "at-least-once"
    assert intake["arguments"]["x-delivery-limit"] == 20
    assert "intake.imaging" in run("topology", "show").stdout


def test_every_setting_is_listed_with_its_meaning() -> None:
    rows = [json.loads(line) for line in run("settings", "--json").stdout.splitlines()]
    assert {row["setting"] for row in rows} == {f"GATEWAY_{name.upper()}" for name in Settings.model_fields}
    assert all(row["meaning"] for row in rows)


def test_a_password_in_a_url_is_hidden() -> None:
    shown = run("settings", "--json", GATEWAY_AMQP_URL="amqp://user:sesame@127.0.0.1/").stdout
    assert "sesame" not in shown
    assert "user:•••@127.0.0.1" in shown


@pytest.mark.parametrize(
    "verb", ["", "demo", "run", "send", "check", "topology", "dead-letters", "ledger", "dmpstore", "settings"]
)
def test_help_says_what_a_verb_does(verb: str) -> None:
    result = run(*([verb] if verb else []), "--help")
    assert result.returncode == 0
    assert "Usage" in result.stdout
    assert len(result.stdout.splitlines()) > 5


def test_the_version_is_told() -> None:
    assert run("--version").stdout.startswith("dmp-gateway 0.")
