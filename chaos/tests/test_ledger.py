"""The ledger knows after a crash what was sent before it."""

from pathlib import Path

from chaos.facts import Place, Sent
from chaos.ledger import Injection, Ledger


def sent(id: str) -> Sent:
    return Sent(
        id=id, source="/municipalities/2281/chaos", municipality="2281", service="pricing", subject="b", revision=1
    )


def test_what_was_noted_is_read_again_by_another(tmp_path: Path) -> None:
    writer = Ledger(tmp_path / "ledger.db")
    confirmed, under_way = sent("one"), sent("two")
    number = writer.enter(confirmed)
    confirmed.state, confirmed.attempts, confirmed.during = "accepted", 2, "kill-services"
    confirmed.place = Place("in.2281.pricing", 1, 7)
    writer.note(number, confirmed)
    writer.enter(under_way)

    # the writer is never closed: it died
    with Ledger(tmp_path / "ledger.db") as reader:
        first, second = reader.sent()

    assert first == confirmed
    assert second.state == "unknown"
    assert not second.accepted


def test_a_fault_that_never_ended_well_has_no_recovery(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.db") as ledger:
        well, ill = ledger.inject("kill-services", 1.0), ledger.inject("kill-brokers", 9.0)
        ledger.mend(well, Injection("kill-services", "pricing", 1.0, 2.0, 3.5))
        ledger.mend(ill, Injection("kill-brokers", "kafka-1", 9.0, 12.0, None))
        first, second = ledger.injections()

    assert first.recovery == 1.5
    assert second.recovery is None
