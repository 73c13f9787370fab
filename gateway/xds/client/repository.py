"""``gateway.ports.Repository`` over XDS.b: deposit, replace, delete, and the search that settles doubts."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from gateway.errors import (
    MalformedMetadata,
    MalformedMultipart,
    MalformedSoap,
    Permanent,
    SoapFaultReceived,
    SubmissionError,
    Transient,
    Unknown,
)
from gateway.model import Action, DocumentEntry, Receipt, RegistryError, Submission
from gateway.xds import iti18, iti41, iti43, iti57, names, soap
from gateway.xds.client.transport import ClientSettings, HttpAnswer, Transport
from gateway.xds.client.verification import (
    already_there,
    by_unique_id,
    check_content,
    deleted,
    not_found,
    predecessors_of,
)
from gateway.xds.errors import Reaction, classify, decide_fault, decide_http, problems_error, react
from gateway.xds.iti43 import Retrieved

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SecurityProvider = Callable[[Submission | None], "Element | None"]
Signer = Callable[[Submission], Submission]
StoredQueryRequest = tuple[str, Mapping[str, Sequence[str]]]
_T = TypeVar("_T")
_CONTENT_DOUBTS = frozenset({"XDSNonIdenticalHash", "XDSNonIdenticalSize"})


class XdsRepository:
    """A document store behind two addresses. Safe for many tasks of one event loop.

    ``security`` gives the wsse:Security content of each request (None: no assertion); it is called with the
    submission that the request is about, or with None. ``signer`` adds the signature to each deposit.
    """

    def __init__(
        self,
        settings: ClientSettings,
        security: SecurityProvider | None = None,
        signer: Signer | None = None,
    ) -> None:
        self._settings = settings
        self._security = security
        self._signer = signer
        self._transport = Transport(settings)

    async def submit(self, submission: Submission) -> Receipt:
        """Deposit, replace or delete; returns only a success.

        Raises Permanent (never as it is), Transient (nothing was stored, try later) or Unknown (it may be
        stored and the registry could not be asked).
        """
        if submission.action is Action.DELETE:
            return await self._delete(submission)
        predecessors: Mapping[str, str] = {}
        if submission.replacements:
            wishes = [wish.predecessor_unique_id for wish in submission.replacements]
            found = await self.find([*_unique_ids(submission), *wishes], submission)
            # A retry finds its own first attempt, which has deprecated the predecessor.
            if any(entry.unique_id in _unique_ids(submission) for entry in found):
                return already_there(submission.entries, found, absent="partially-stored")
            predecessors = predecessors_of(wishes, found)
        return await self._deposit(submission, predecessors)

    async def find(
        self, unique_ids: Sequence[str], about: Submission | None = None
    ) -> tuple[DocumentEntry, ...]:
        """The entries known under these uniqueIds, whatever their status. Raises Transient, or Permanent
        when no assertion can be made for ``about``, the deposit that asks."""
        if not unique_ids:
            return ()
        query = iti18.get_documents(unique_ids=list(dict.fromkeys(unique_ids)))
        assertion = self._assertion(about)
        try:
            return (await self._ask(query, assertion)).objects.entries
        except Transient:
            raise
        except SubmissionError as error:
            raise Transient(error.reason, error.detail, error.location, error.reaction) from None

    async def query(self, query: StoredQueryRequest) -> iti18.QueryAnswer:
        """The answer to any stored query (see ``iti18.find_documents``), about no deposit.

        Raises Permanent, Transient or Unknown as the table of answers says.
        """
        return await self._ask(query, self._assertion(None))

    async def _ask(self, query: StoredQueryRequest, assertion: Element | None) -> iti18.QueryAnswer:
        url = self._settings.registry_url
        message = iti18.build_request(
            query, to=url, message_id=f"urn:uuid:{uuid.uuid4()}", security=assertion
        )
        result = _read(iti18.read_answer, await self._transport.post(url, message))
        classify(result.receipt)
        return result

    async def retrieve(self, unique_ids: Sequence[str]) -> Retrieved:
        """The exact bytes of documents, in the order asked for, as far as they are there.

        The receipt has an error for each one that is not. Raises Transient, also when an answer of the store
        cannot be understood, and Permanent when the bytes are not those that the registry describes.
        """
        entries = {entry.unique_id: entry for entry in await self._described(unique_ids)}
        known = [each for each in dict.fromkeys(unique_ids) if each in entries]
        absent = tuple(
            RegistryError("XDSDocumentUniqueIdError", "not in the registry / absent du registre", each)
            for each in dict.fromkeys(unique_ids)
            if each not in entries
        )
        if not known:
            return Retrieved(Receipt("Failure", absent))
        wanted = [iti43.DocumentRequest(entries[each].repository_unique_id, each) for each in known]
        answer = await self._fetch(wanted)
        for document in answer.documents:
            check_content(document, entries)
        if not absent:
            return answer
        status = "PartialSuccess" if answer.documents else "Failure"
        return Retrieved(Receipt(status, (*answer.receipt.errors, *absent)), answer.documents)

    async def _described(self, unique_ids: Sequence[str]) -> list[DocumentEntry]:
        """What the registry knows; a registry does not answer about two patients at once (ITI TF-2 §3.18)."""
        try:
            return list(await self.find(unique_ids))
        except Transient as error:
            if error.reason != "XDSResultNotSinglePatient":
                raise
        return [entry for each in dict.fromkeys(unique_ids) for entry in await self.find([each])]

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _fetch(self, wanted: Sequence[iti43.DocumentRequest]) -> Retrieved:
        url = self._settings.repository_url
        message = iti43.build_request(
            wanted, to=url, message_id=f"urn:uuid:{uuid.uuid4()}", security=self._assertion(None)
        )
        try:
            answer = await self._transport.post(url, message, self._settings.max_retrieved_bytes)
            return _read(iti43.read_response, answer)
        except Transient:
            raise
        except SubmissionError as error:
            # Nothing was changed by asking: even an answer that cannot be understood may be asked for again.
            raise Transient(error.reason, error.detail, error.location, error.reaction) from None

    async def _deposit(self, submission: Submission, predecessors: Mapping[str, str]) -> Receipt:
        url = self._settings.repository_url
        try:
            message = iti41.build_request(
                await self._signed(submission),
                to=url,
                message_id=soap.message_id(names.ACTION_ITI41, submission.submission_set.unique_id),
                predecessors=predecessors,
                security=self._assertion(submission),
            )
        except MalformedMetadata as error:
            raise problems_error(error.problems) from None
        try:
            answer = await self._transport.post(url, message)
            return classify(_read(iti41.read_response, answer))
        except Unknown as doubt:
            return await self._settle(submission, doubt)

    async def _settle(self, submission: Submission, doubt: Unknown) -> Receipt:
        """Ask the registry what became of a deposit."""
        try:
            found = await self.find(_unique_ids(submission), submission)
        except SubmissionError:
            raise doubt from None
        if doubt.reason in _CONTENT_DOUBTS and not found:
            raise Permanent(doubt.reason, Reaction.ASK_HUMAN.advice, doubt.location, Reaction.ASK_HUMAN.value)
        return already_there(submission.entries, found, absent=doubt.reason)

    async def _delete(self, submission: Submission) -> Receipt:
        targets = await self._present(submission)
        if not targets:
            return Receipt("Success", already_there=True)
        url = self._settings.registry_url
        message = iti57.build_delete(
            submission.submission_set,
            targets,
            to=url,
            message_id=soap.message_id(names.ACTION_ITI57, submission.submission_set.unique_id),
            security=self._assertion(submission),
        )
        try:
            answer = await self._transport.post(url, message)
            return classify(_read(iti57.read_response, answer))
        except Unknown as doubt:
            try:
                found = await self.find(_unique_ids(submission), submission)
            except SubmissionError:
                raise doubt from None
            return deleted(found, doubt)

    async def _present(self, submission: Submission) -> dict[str, str]:
        """entryUUID and status of what is still to be deleted; all must be known to the registry."""
        found = by_unique_id(await self.find(_unique_ids(submission), submission))
        absent = [each for each in _unique_ids(submission) if each not in found]
        if absent:
            raise not_found(absent)
        return {
            entry.entry_uuid: entry.availability_status or names.STATUS_APPROVED
            for entries in found.values()
            for entry in entries
            if entry.availability_status != names.STATUS_DELETED
        }

    async def _signed(self, submission: Submission) -> Submission:
        """Away from the event loop: the canonical form of a large document takes its time."""
        return await asyncio.to_thread(self._signer, submission) if self._signer is not None else submission

    def _assertion(self, submission: Submission | None) -> Element | None:
        try:
            return self._security(submission) if self._security is not None else None
        except MalformedMetadata as error:
            raise problems_error(error.problems) from None


def _read(reader: Callable[[str, bytes], _T], answer: HttpAnswer) -> _T:
    """Parse before looking at the status: faults come with 400 and 500. Raises as ``errors`` says."""
    try:
        return reader(answer.content_type or "application/soap+xml", answer.body)
    except SoapFaultReceived as fault:
        react(decide_fault(fault, answer.status))
    except (MalformedMultipart, MalformedSoap, MalformedMetadata):
        react(decide_http(answer.status))
    raise Unknown("unreadable-answer", Reaction.VERIFY.advice, reaction=Reaction.VERIFY.value)


def _unique_ids(submission: Submission) -> list[str]:
    return [entry.unique_id for entry in submission.entries]
