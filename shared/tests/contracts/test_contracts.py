"""Checking events against their contracts: what is refused, in which words, and what an operator may see."""

import re
from time import perf_counter
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import Contracts, NoContract
from shared.contracts.registry import MOST_FAULTS
from shared.contracts.sentences import TOO_MANY
from shared.faults import Fault
from shared.texts import Text

CONTRACTS = Contracts.load()
APPLICATION = "se.samverk.admissions.application.submitted.v1"
OFFERING = "se.samverk.catalogue.offering.reported.v1"
GRADES = "se.samverk.admissions.grades.reported.v1"
AVAILABILITY = "se.samverk.guidance.availability.reported.v1"
IDENTITY = "20110317-9808"


def data(type: str, **fields: Any) -> dict[str, Any]:
    """The data of the example with some fields replaced; None takes a field away."""
    return {name: value for name, value in {**CONTRACTS.event(type)["data"], **fields}.items() if value is not None}


def only_fault(type: str, **fields: Any) -> Fault:
    (fault,) = CONTRACTS.faults(type, data(type, **fields))
    return fault


@pytest.mark.parametrize("type", CONTRACTS.types())
def test_each_example_is_valid_and_has_no_faults(type: str) -> None:
    example = CONTRACTS.event(type)

    assert CONTRACTS.valid(type, example["data"])
    assert CONTRACTS.faults(type, example["data"]) == []
    assert CONTRACTS.validate_envelope(example) == []


@pytest.mark.parametrize(
    ("type", "fields", "field", "code"),
    [
        (APPLICATION, {"applicant": None}, "/applicant", "missing"),
        (APPLICATION, {"applicant": "17"}, "/applicant", "format"),
        (APPLICATION, {"applicant": 17}, "/applicant", "type"),
        (APPLICATION, {"identity": "110317-9808"}, "/identity", "pattern"),
        (APPLICATION, {"protected": "no"}, "/protected", "type"),
        (APPLICATION, {"intake_year": 1999}, "/intake_year", "minimum"),
        (APPLICATION, {"intake_year": 2027.0}, "/intake_year", "type"),
        (APPLICATION, {"intake_year": 2027.5}, "/intake_year", "type"),
        (APPLICATION, {"intake_year": True}, "/intake_year", "type"),
        (APPLICATION, {"revision": 2**31}, "/revision", "maximum"),
        (APPLICATION, {"revision": 0}, "/revision", "minimum"),
        (APPLICATION, {"submitted_at": "2027-02-30T10:00:00Z"}, "/submitted_at", "format"),
        (APPLICATION, {"submitted_at": "2027-06-30T23:59:60Z"}, "/submitted_at", "pattern"),
        (APPLICATION, {"submitted_at": "1027-06-30T23:59:00Z"}, "/submitted_at", "pattern"),
        (APPLICATION, {"choices": []}, "/choices", "min_items"),
        (APPLICATION, {"choices": [{"rank": 1, "offering": "2281-EK"}] * 21}, "/choices", "max_items"),
        (APPLICATION, {"choices": [{"rank": 1.0, "offering": "2281-EK"}]}, "/choices/0/rank", "type"),
        (APPLICATION, {"choices": [{"rank": 1, "offering": "EK"}]}, "/choices/0/offering", "pattern"),
        (APPLICATION, {"choices": [{"rank": 1, "offering": "2281-EK\n"}]}, "/choices/0/offering", "pattern"),
        (APPLICATION, {"choices": [{"rank": 1}]}, "/choices/0/offering", "missing"),
        (APPLICATION, {"choices": {"rank": 1}}, "/choices", "type"),
        (GRADES, {"grades": [{"subject": "M2SPA", "grade": "G"}]}, "/grades/0/grade", "enum"),
        (GRADES, {"grades": [{"subject": "M2", "grade": "A"}]}, "/grades/0/subject", "pattern"),
        (OFFERING, {"seats": -1}, "/seats", "minimum"),
        (OFFERING, {"orientation": "x" * 81}, "/orientation", "max_length"),
        (OFFERING, {"school_name": "A\tB"}, "/school_name", "pattern"),
        (AVAILABILITY, {"languages": ["sv", "sv"]}, "/languages", "unique_items"),
    ],
)
def test_rubbish_is_refused_where_it_stands(type: str, fields: dict[str, Any], field: str, code: str) -> None:
    fault = only_fault(type, **fields)

    assert not CONTRACTS.valid(type, data(type, **fields))
    assert (fault.field, fault.code) == (field, code)
    assert fault.sv.rstrip(".")
    assert fault.en.rstrip(".")


def test_data_that_is_no_object_is_refused() -> None:
    anything: tuple[Any, ...] = (None, [], "text", 7, 1.0)
    for rubbish in anything:
        assert not CONTRACTS.valid(APPLICATION, rubbish)
        assert [fault.field for fault in CONTRACTS.faults(APPLICATION, rubbish)] == [""]


def test_every_fault_is_said_at_once() -> None:
    faults = CONTRACTS.faults(APPLICATION, data(APPLICATION, applicant=None, revision=0, protected=1))

    assert {fault.field for fault in faults} == {"/applicant", "/revision", "/protected"}


def test_a_flood_of_faults_ends_after_a_hundred() -> None:
    flood = CONTRACTS.faults(AVAILABILITY, data(AVAILABILITY, periods=[{}] * 500))

    assert len(flood) == MOST_FAULTS + 1
    assert flood[-1] == TOO_MANY


def test_fields_that_the_contract_does_not_know_are_no_fault() -> None:
    assert CONTRACTS.valid(APPLICATION, data(APPLICATION, own_reference=1.0))
    assert CONTRACTS.faults(APPLICATION, data(APPLICATION, own_reference=1.0)) == []


def test_a_fault_says_in_both_languages_what_to_mend() -> None:
    assert only_fault(OFFERING, seats=-3) == Fault(
        "/seats", "minimum", "Talet ska vara minst 0. Nu står där: -3", "The number must be at least 0. It now says: -3"
    )
    assert only_fault(OFFERING, school_unit=None) == Fault(
        "/school_unit",
        "missing",
        "Fältet school_unit saknas; lägg till det. Skolenhetskod, åtta siffror.",
        "The field school_unit is missing; add it. School unit code, eight digits.",
    )
    assert only_fault(OFFERING, status="maybe").sv == ("Värdet ska vara ett av: offered, withdrawn. Nu står där: maybe")


def test_long_values_are_shortened() -> None:
    assert only_fault(OFFERING, status="abcdefghij" * 9).en.endswith("It now says: abcdefghijabcdefghijabc…")


@pytest.mark.parametrize("type", CONTRACTS.types())
def test_a_personal_number_in_any_field_is_never_repeated(type: str) -> None:
    for name in data(type):
        for rubbish in (IDENTITY, [IDENTITY], {IDENTITY: IDENTITY}, int(IDENTITY.replace("-", ""))):
            said = str(CONTRACTS.faults(type, data(type, **{name: rubbish})))

            assert not re.search("2011-?03-?17|9808", said)


@pytest.mark.parametrize("name", list(data(APPLICATION)))
def test_a_name_in_any_field_of_an_application_is_never_repeated(name: str) -> None:
    faults = CONTRACTS.faults(APPLICATION, data(APPLICATION, **{name: "Tolvan"}))

    assert {fault.field for fault in faults} == {f"/{name}"}
    assert "Tolvan" not in str(faults)


def test_the_mask_hides_persons_and_shows_the_rest() -> None:
    shown = CONTRACTS.mask(APPLICATION, data(APPLICATION))

    assert shown == data(APPLICATION, identity="***")


def test_the_mask_hides_what_is_faulty_or_unknown_since_it_may_be_anything() -> None:
    sent = data(APPLICATION, intake_year="Anna", choices=[{"rank": 1, "offering": IDENTITY, IDENTITY: 1}], name="Anna")

    shown = CONTRACTS.mask(APPLICATION, sent)

    assert shown == {
        **data(APPLICATION, identity="***"),
        "intake_year": "***",
        "choices": [{"rank": 1, "offering": "***", "***": "***"}],
        "***": "***",
    }


def test_a_missing_field_does_not_hide_the_others() -> None:
    sent = data(APPLICATION, revision=None, choices=[])

    assert CONTRACTS.mask(APPLICATION, sent) == {**sent, "identity": "***"}


@pytest.mark.parametrize("rubbish", [{"identity": IDENTITY}, [IDENTITY], IDENTITY, 7, None])
def test_everything_is_masked_when_the_type_is_unknown(rubbish: Any) -> None:
    assert CONTRACTS.mask("se.samverk.admissions.unheard.of.v1", rubbish) == "***"


DEEP = orjson.loads(b"[" * 1000 + b"]" * 1000)


@pytest.mark.parametrize("name", list(data(APPLICATION)))
def test_rubbish_nested_deeply_is_refused_like_any_other(name: str) -> None:
    sent = data(APPLICATION, **{name: DEEP})

    assert not CONTRACTS.valid(APPLICATION, sent)
    assert {fault.code for fault in CONTRACTS.faults(APPLICATION, sent)} <= {"type", "pattern"}
    assert CONTRACTS.faults(APPLICATION, sent)
    assert CONTRACTS.mask(APPLICATION, sent)[name] in ("***", ["***"])


def test_depth_in_unknown_fields_does_no_harm() -> None:
    assert CONTRACTS.valid(APPLICATION, data(APPLICATION, own=DEEP))
    assert CONTRACTS.mask(APPLICATION, data(APPLICATION, own=DEEP))["***"] == "***"


def test_a_flood_of_rubbish_is_looked_at_no_longer_than_needed() -> None:
    flood = [{"offering": "x", "more": index} for index in range(100_000)]
    sent = data(APPLICATION, choices=flood)
    started = perf_counter()

    faults = CONTRACTS.faults(APPLICATION, sent)
    shown = CONTRACTS.mask(APPLICATION, sent)

    assert perf_counter() - started < 0.5
    assert "max_items" in {fault.code for fault in faults}
    assert len(shown["choices"]) == 22
    assert shown["choices"][-1] == "***"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)


@given(type=st.sampled_from(CONTRACTS.types()), rubbish=anything, draw=st.data())
def test_data_is_valid_exactly_when_it_has_no_faults(type: str, rubbish: Any, draw: st.DataObject) -> None:
    sent = data(type)
    sent[draw.draw(st.sampled_from(sorted(sent)))] = rubbish

    faults = CONTRACTS.faults(type, sent)

    assert CONTRACTS.valid(type, sent) == (not faults)
    assert all(fault.field.startswith("/") and fault.sv and fault.en for fault in faults)
    assert CONTRACTS.mask(type, sent).keys() == sent.keys()


def test_an_unknown_type_has_no_contract() -> None:
    for ask in (CONTRACTS.get, CONTRACTS.event):
        with pytest.raises(NoContract):
            ask("se.samverk.admissions.unheard.of.v1")
    for check in (CONTRACTS.valid, CONTRACTS.faults):
        with pytest.raises(NoContract):
            check("se.samverk.admissions.unheard.of.v1", {})


def test_the_envelope_is_checked_too() -> None:
    envelope = {**CONTRACTS.event(OFFERING), "specversion": "0.3", "subject": "", "time": "today"}

    assert {fault.field for fault in Contracts.validate_envelope(envelope)} == {"/specversion", "/subject", "/time"}


def test_an_example_is_given_away_as_a_copy() -> None:
    CONTRACTS.event(OFFERING)["data"].clear()

    assert CONTRACTS.event(OFFERING)["data"]


def test_the_key_is_made_from_the_data() -> None:
    basis = CONTRACTS.get("se.samverk.pricing.cost_basis.reported.v1")

    assert basis.subject(basis.example["data"], "2281") == "2281-2027-EK"


def test_a_text_speaks_both_languages() -> None:
    text = Text(sv="Betyg", en="Grades")

    assert (text.in_language("sv"), text.in_language("en")) == ("Betyg", "Grades")
