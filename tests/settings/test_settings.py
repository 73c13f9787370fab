"""Settings are checked whole; a facilities file tells every problem at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.model import Document, Facility, Kind, Reading
from gateway.model.document import CdaHeader, Identifier, Organization
from gateway.settings import FacilityDirectory, Settings, load_facilities, load_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GATEWAY_{name.upper()}", raising=False)


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PREFETCH", "0")
    monkeypatch.setenv("GATEWAY_ENVIRONMENT", "prod")
    monkeypatch.setenv("GATEWAY_RETRY_DELAYS", "60,10")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    named = {problem.partition(":")[0] for problem in caught.value.problems}
    assert named == {"GATEWAY_PREFETCH", "GATEWAY_ENVIRONMENT", "GATEWAY_RETRY_DELAYS"}


def test_retry_delays_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_RETRY_DELAYS", "1, 5,30")
    assert load_settings().retry_delays == (1, 5, 30)


def test_a_value_may_come_from_a_file_of_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gateway_amqp_url").write_text("amqp://user:sesame@127.0.0.1/\n", encoding="utf-8")
    monkeypatch.setenv("GATEWAY_SECRETS_DIR", str(tmp_path))
    found = load_settings().amqp_url
    assert found is not None
    assert found.get_secret_value() == "amqp://user:sesame@127.0.0.1/"


def test_a_broker_password_is_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_AMQP_URL", "amqp://user:sesame@127.0.0.1:5672/")
    assert "sesame" not in repr(load_settings())


def test_the_demo_declares_the_structure_of_the_official_examples() -> None:
    directory = load_facilities(None)
    for spelling in ("1120459876", "120459876"):
        found = directory.of_reading(_reading(spelling))
        assert found is not None
        assert found.code == "exemples-officiels"


def test_an_undeclared_sender_is_served_in_a_trial_and_unknown_in_production() -> None:
    facility = Facility("a", "A", "1990000001", "1.2.3")
    reading = _reading("1999999999")
    opened = FacilityDirectory([facility]).sender("b", reading)
    assert opened is not None
    assert (opened.code, opened.structure_id) == ("b", "1999999999")
    closed = FacilityDirectory([facility], open_senders=False)
    assert closed.sender("b", reading) is None
    assert closed.sender("a", reading) is facility
    assert closed.of_reading(_reading("1999999999")) is None


def test_every_problem_of_a_facilities_file_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "facilities.toml"
    file.write_text(
        """
        [[facility]]
        code = "Has Blanks"
        name = "A"
        structure_id = "1990000001"
        source_id = "1.02.3"
        [[facility]]
        code = "b"
        name = "B"
        structure_id = "1990000001"
        source_id = "1.2.3"
        time_zone = "Europe/Atlantis"
        colour = "blue"
        """,
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_facilities(file)
    text = "\n".join(caught.value.problems)
    for name in ("facility 1: code", "facility 1: source_id", "facility 2: time_zone", "facility 2: colour"):
        assert name in text


@pytest.mark.parametrize("text", ["", "[[facility]", "facility = 3"])
def test_a_file_that_declares_nothing_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "facilities.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_facilities(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load_facilities(tmp_path / "nowhere.toml")


def _reading(structure: str) -> Reading:
    organization = Organization(Identifier("1.2.250.1.71.4.2.2", structure))
    return Reading(Kind.DOCUMENT, documents=(Document(b"", header=CdaHeader(custodian=organization)),))
