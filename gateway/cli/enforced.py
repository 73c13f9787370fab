"""Rules of the French guide that no finding carries: where each is kept instead, or why it is not.

Rules of outgoing messages (R.ACK, R.ZAM) and of deposits are promises of the gateway about what it writes:
nothing received can break them, and the tests named here hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_ACK = "tests/replies/test_acknowledgements.py::"
_WIRE = "tests/replies/test_on_the_wire.py::"
_ZAM = "tests/replies/test_zam.py::"
_FIELDS = _ACK + "test_a_good_oru_is_answered_field_by_field_as_the_guide_says"
_ZAM_FIELDS = _ZAM + "test_a_deposit_is_told_as_y_field_by_field"
_NO_MAIL = "no MSSanté mail is sent: a message that asks for nothing else is refused (R.DST.01)"


class Status(StrEnum):
    """``test``: held by a test. ``design``: by construction. The others are not kept, on purpose or yet."""

    TEST = "test"
    DESIGN = "design"
    NOT_SERVED = "not served"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """``where`` is a test (``file::name``) for TEST, a sentence otherwise."""

    status: Status
    where: str


def _test(where: str) -> Elsewhere:
    return Elsewhere(Status.TEST, where)


ELSEWHERE: dict[str, Elsewhere] = {
    "R.RTE.10": _test("tests/routes/test_flags.py::test_each_flag_adds_its_own_code"),
    "R.RTE.11": _test(
        "tests/security/test_message_to_vihf.py::"
        "test_a_secret_connection_of_the_message_is_told_in_the_vihf_and_only_then"
    ),
    "R.CDA.03": _test(
        "tests/packs/test_in_the_gateway.py::test_a_pack_is_added_listed_used_by_check_enforced_and_removed"
    ),
    "R.DMP.07": _test("tests/routes/test_flags.py::test_the_patient_class_gives_the_content_type"),
    "R.DMP.10": _test(
        "tests/lifecycle/test_real_stack.py::test_a_document_is_deposited_replaced_and_deleted_once_each"
    ),
    "R.PAM.08": _test(
        "tests/consent/test_positions.py::test_the_latest_collection_date_wins_whatever_the_order"
    ),
    "R.ACK.01": _test(_WIRE + "test_a_retry_does_not_repeat_the_acknowledgement_and_keeps_where_to_answer"),
    "R.ACK.02": _test(_FIELDS),
    "R.ACK.03": _test(_ACK + "test_an_mdm_is_answered_in_2_6_with_its_own_event_and_without_a_profile"),
    "R.ACK.04": _test(_ACK + "test_an_mdm_is_answered_in_2_6_with_its_own_event_and_without_a_profile"),
    "R.ACK.05": _test(_ACK + "test_the_answer_is_written_in_the_character_set_received"),
    "R.ACK.06": _test(_FIELDS),
    "R.ACK.07": _test(_ACK + "test_every_error_has_its_err_and_warnings_have_none"),
    "R.ACK.08": _test(_ACK + "test_a_wrong_version_is_ae_203_at_msh_12_as_in_the_guide"),
    "R.ACK.09": _test(_WIRE + "test_a_refused_message_gets_ae_with_every_error_and_no_zam"),
    "R.ACK.10": _test(_ACK + "test_every_error_has_its_err_and_warnings_have_none"),
    "R.ACK.11": Elsewhere(
        Status.DESIGN, "a message is answered out of a durable quorum queue, never before it"
    ),
    "R.ACK.12": _test(_ACK + "test_ar_is_for_a_temporary_inability_and_says_so"),
    "R.ACK.13": _test(_ACK + "test_warnings_alone_are_aa_without_err"),
    "R.ZAM.01": _test(_ZAM + "test_without_both_flags_there_is_no_zam"),
    "R.ZAM.02": Elsewhere(Status.NOT_SERVED, _NO_MAIL),
    "R.ZAM.03": Elsewhere(Status.NOT_SERVED, _NO_MAIL),
    "R.ZAM.04": _test(_ZAM_FIELDS),
    "R.ZAM.05": _test(_ZAM_FIELDS),
    "R.ZAM.06": _test(_ZAM_FIELDS),
    "R.ZAM.07": _test(_ZAM_FIELDS),
    "R.ZAM.08": _test(_WIRE + "test_a_good_oru_gets_aa_and_then_a_positive_zam"),
    "R.ZAM.09": _test(_ZAM_FIELDS),
    "R.ZAM.10": Elsewhere(Status.NOT_SERVED, _NO_MAIL),
    "R.ZAM.11": Elsewhere(Status.NOT_SERVED, _NO_MAIL),
    "R.ZAM.12": _test(_ZAM + "test_a_refusal_is_told_as_n_with_the_code_of_the_dmp"),
    "R.ZAM.13": _test(_ZAM + "test_a_refusal_is_told_as_n_with_the_code_of_the_dmp"),
    "R.ZAM.14": Elsewhere(Status.NOT_SERVED, _NO_MAIL),
    "R.ZAM.15": Elsewhere(Status.NOT_SERVED, _NO_MAIL),
    "R.ZAM.16": Elsewhere(
        Status.NOT_YET, "the sender's answer to a ZAM is for the MLLP door; a queue confirms by itself"
    ),
}
