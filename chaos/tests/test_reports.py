"""What the senders send is right where it should be, and wrong in just the way that it says."""

from collections.abc import Sequence
from importlib import import_module

import pytest

from chaos.reports import MUNICIPALITIES, SERVICES, TYPES, Report, Writer
from shared.consumer import Reading
from shared.contracts import Contracts
from shared.testing import incoming

CONTRACTS = Contracts.load()


def reading(service: str) -> Reading:
    readings = import_module(f"{service}.consumer").readings
    found: Sequence[Reading] = readings("vasternorrland") if service == "admissions" else readings()
    return next(each for each in found if each.type == TYPES[service])


def broken_rules(report: Report) -> list[str]:
    assert isinstance(report.data, dict)
    kind = TYPES[report.service]
    event = incoming(kind, report.data, municipality=report.municipality, subject=report.subject)
    check = reading(report.service).check
    assert CONTRACTS.get(kind).subject(report.data, report.municipality) == report.subject
    return [fault.code for fault in check(event)] if check else []


@pytest.mark.parametrize("service", SERVICES)
def test_valid_reports_keep_contract_and_rules(service: str) -> None:
    writer = Writer(7)
    for code in MUNICIPALITIES:
        matters = list(writer.bases(code)) if service == "pricing" else [writer.matter(code, service)] * 3
        for matter in matters:
            for revision in (1, 2, 9):
                report = writer.report(matter, revision)
                assert list(CONTRACTS.faults(TYPES[service], report.data)) == []
                assert broken_rules(report) == []


@pytest.mark.parametrize("service", SERVICES)
def test_breaking_reports_break_what_they_say(service: str) -> None:
    writer, seen = Writer(7), set()
    for _ in range(60):
        report = writer.breaking("2281", service, door="kafka")
        seen.add(report.reason)
        if report.reason == "wrong_shape":
            assert list(CONTRACTS.faults(TYPES[service], report.data)) != []
        elif report.reason == "breaks_a_rule":
            assert list(CONTRACTS.faults(TYPES[service], report.data)) == []
            assert broken_rules(report) != []
        else:
            assert not report.readable

    assert seen == {"not_json", "wrong_shape", "breaks_a_rule"}


def test_over_http_only_such_reports_break_as_pass_the_door() -> None:
    writer = Writer(7)

    assert {writer.breaking("2281", s, door="http").reason for s in SERVICES for _ in range(20)} == {"breaks_a_rule"}


def test_the_same_seed_writes_the_same() -> None:
    one, other = Writer(3), Writer(3)

    assert (
        one.report(one.matter("2281", "admissions"), 2).value()
        == other.report(other.matter("2281", "admissions"), 2).value()
    )
