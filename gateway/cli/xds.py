"""``dmp-gateway xds``: ask any XDS.b registry and repository, the DMP's or another."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import typer

from gateway.access import open_access
from gateway.bootstrap.chosen import directory_of
from gateway.cli.connection import store_url
from gateway.cli.output import AsJson, print_json, print_table
from gateway.errors import ConfigurationError
from gateway.model import DocumentEntry
from gateway.settings import Settings, load_settings
from gateway.xds import iti18, metadata, names
from gateway.xds.client import XdsRepository
from gateway.xds.iti43 import Retrieved, RetrievedDocument

app = typer.Typer(help="Ask any XDS.b server: list documents, fetch their bytes.", no_args_is_help=True)

Evidence = Annotated[
    Path | None, typer.Option(help="Keep redacted request and response files in this folder.")
]
_STATUSES = {
    "Approved": names.STATUS_APPROVED,
    "Deprecated": names.STATUS_DEPRECATED,
    "Archived": names.STATUS_ARCHIVED,
    "Deleted": names.STATUS_DELETED,
}
_FILE_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.^_-]{0,127}")
_COLUMNS = ("unique_id", "type_code", "title", "status", "creation_time", "mime_type", "size")
_T = TypeVar("_T")


@app.command()
def query(
    url: Annotated[
        str | None,
        typer.Option(help="The registry, or the base of an embedded store; default: GATEWAY_REGISTRY_URL."),
    ] = None,
    unique_id: Annotated[
        list[str] | None, typer.Option(help="uniqueId of a document; may be repeated.")
    ] = None,
    entry_uuid: Annotated[list[str] | None, typer.Option(help="entryUUID; may be repeated.")] = None,
    patient: Annotated[
        str | None, typer.Option(help="CX of a patient: id^^^&oid&ISO; - reads it from standard input.")
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(help="Approved, Deprecated, Archived, Deleted or all; default: Approved of a patient."),
    ] = None,
    evidence: Evidence = None,
    as_json: AsJson = False,
) -> None:
    """List documents by their ids, or those of a patient (ITI-18)."""
    asked = [bool(unique_id), bool(entry_uuid), patient is not None]
    if sum(asked) != 1:
        raise ConfigurationError(["give one of --unique-id, --entry-uuid and --patient"])
    statuses = _statuses(status or (["Approved"] if patient is not None else ["all"]))
    wanted = (
        _of_patient(patient, statuses)
        if patient is not None
        else iti18.get_documents(unique_ids=unique_id or (), entry_uuids=entry_uuid or ())
    )
    settings = load_settings()
    registry = _service(settings, url, "registry")
    answer = _asked(settings, registry, registry, evidence, lambda server: server.query(wanted))
    entries = [each for each in answer.objects.entries if each.availability_status in statuses]
    if as_json:
        print_json(_facts(each) for each in entries)
        return
    rows = [_facts(each) for each in entries]
    print_table(f"{len(rows)} document(s)", _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])


@app.command()
def retrieve(
    unique_ids: Annotated[list[str], typer.Argument(metavar="UNIQUE_ID...", help="uniqueIds of documents.")],
    to: Annotated[Path, typer.Option(help="Folder for the files; made when absent.")],
    url: Annotated[
        str | None,
        typer.Option(
            help="The repository, or the base of an embedded store; default: GATEWAY_REPOSITORY_URL."
        ),
    ] = None,
    registry: Annotated[
        str | None, typer.Option(help="Its registry; default: beside the repository, /registry.")
    ] = None,
    evidence: Evidence = None,
) -> int:
    """Fetch documents, to the byte (ITI-43); their size and hash are compared with the registry's.

    Exits 1 when one of them could not be had.
    """
    settings = load_settings()
    repository = _service(settings, url, "repository")
    beside = _beside(settings, url, registry, repository)
    answer: Retrieved = _asked(
        settings, repository, beside, evidence, lambda server: server.retrieve(unique_ids)
    )
    to.mkdir(parents=True, exist_ok=True)
    for document in answer.documents:
        path = to / _file_name(document)
        path.write_bytes(document.data)
        typer.echo(path)
    for error in answer.receipt.errors:
        print(f"dmp-gateway: {error.code} {error.location}".rstrip(), file=sys.stderr)
    return 0 if len(answer.documents) == len(set(unique_ids)) else 1


def _asked(
    settings: Settings,
    repository_url: str,
    registry_url: str,
    evidence: Path | None,
    question: Callable[[XdsRepository], Awaitable[_T]],
) -> _T:
    """The answer of a server, asked with the certificates and the VIHF of the settings."""
    changes: dict[str, object] = {"repository_url": repository_url, "registry_url": registry_url}
    if evidence is not None:
        changes["evidence_dir"] = evidence
    access = open_access(
        settings.model_copy(update=changes), directory_of(settings).facilities, lambda: datetime.now(UTC)
    )

    async def ask() -> _T:
        server = XdsRepository(access.client, access.security)
        try:
            return await question(server)
        finally:
            await server.close()

    return asyncio.run(ask())


def _service(settings: Settings, given: str | None, name: str) -> str:
    """The address of a service; a base address without a path means an embedded store."""
    known: str | None = getattr(settings, f"{name}_url")
    base = given or known or store_url(settings, None)
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigurationError(["--url: an http or https address is needed"])
    return f"{base.rstrip('/')}/services/{name}" if parts.path in ("", "/") else base


def _beside(settings: Settings, url: str | None, registry: str | None, repository: str) -> str:
    if registry or (url is None and settings.registry_url):
        return _service(settings, registry, "registry")
    if not repository.endswith("/repository"):
        raise ConfigurationError(
            ["--registry is needed: the registry tells in which repository a document is"]
        )
    return repository.removesuffix("repository") + "registry"


def _statuses(wanted: list[str]) -> list[str]:
    if "all" in wanted:
        return list(_STATUSES.values())
    unknown = [each for each in wanted if each not in _STATUSES]
    if unknown:
        raise ConfigurationError([f"--status: one of {', '.join(_STATUSES)}, all"])
    return [_STATUSES[each] for each in wanted]


def _of_patient(given: str, statuses: list[str]) -> tuple[str, dict[str, list[str]]]:
    patient = metadata.parse_cx(sys.stdin.readline().strip() if given == "-" else given)
    if not patient.value or not patient.authority:
        raise ConfigurationError(["--patient: a CX with its authority is needed, id^^^&oid&ISO"])
    return iti18.find_documents(patient, statuses)


def _facts(entry: DocumentEntry) -> dict[str, Any]:
    """One entry as flat JSON; statuses by their last word."""
    return {
        "unique_id": entry.unique_id,
        "entry_uuid": entry.entry_uuid,
        "logical_id": entry.logical_id,
        "version": entry.version,
        "status": entry.availability_status.rpartition(":")[2],
        "patient_id": metadata.format_cx(entry.patient_id),
        "type_code": entry.type_code.code,
        "class_code": entry.class_code.code,
        "format_code": entry.format_code.code,
        "confidentiality": [code.code for code in entry.confidentiality_codes],
        "title": entry.title,
        "creation_time": entry.creation_time,
        "service_start_time": entry.service_start_time,
        "mime_type": entry.mime_type,
        "hash": entry.hash,
        "size": entry.size,
        "repository_unique_id": entry.repository_unique_id,
    }


def _file_name(document: RetrievedDocument) -> str:
    """A name that stays in its folder whatever the server wrote."""
    kind = document.mime_type.partition(";")[0].strip().lower()
    ending = "xml" if "xml" in kind else kind.rpartition("/")[2]
    ending = ending if re.fullmatch(r"[a-z0-9.+-]{1,20}", ending) else "bin"
    if not _FILE_NAME.fullmatch(document.unique_id):
        raise ConfigurationError(["the server returned a document whose uniqueId cannot name a file"])
    return f"{document.unique_id}.{ending}"
