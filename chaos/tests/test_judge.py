"""Every kind of wrong, planted in a run that was right, is caught; and what is right is left in peace."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chaos.facts import Answer, Effect, Evidence, Found, Letter, Place, Sent, Told
from chaos.judge import Wrong, judge

_CHANGED = "se.samverk.catalogue.offering.changed.v1"


@dataclass
class Case:
    """What was sent and what was found, to be spoiled."""

    sent: list[Sent]
    evidence: Evidence

    @property
    def catalogue(self) -> Found:
        return self.evidence.services["catalogue"]

    @property
    def pricing(self) -> Found:
        return self.evidence.services["pricing"]

    def wrongs(self) -> set[Wrong]:
        return {finding.wrong for finding in judge(self.sent, self.evidence).findings}


def sent(service: str, subject: str, revision: int, **changes: object) -> Sent:
    values: dict[str, object] = {
        "id": f"{service}-{subject}-{revision}",
        "source": "/municipalities/2281/chaos",
        "municipality": "2281",
        "service": service,
        "subject": subject,
        "revision": revision,
        "state": "accepted",
        "attempts": 1,
    }
    return Sent(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def case() -> Case:
    """An offering in three revisions, a cost basis whose second revision was overtaken, a refused one, and a poison."""
    place = Place("in.2281.catalogue", 0, 99)
    events = [sent("catalogue", "o", n) for n in (1, 2, 3)]
    events += [sent("pricing", "b", n) for n in (1, 2, 3)]
    events.append(sent("catalogue", "bad", 0, kind="breaking", reason="breaks_a_rule"))
    events.append(sent("catalogue", "", 0, id=None, kind="breaking", reason="not_json", door="kafka", place=place))
    landed: dict[Place, str | None] = {Place(f"in.2281.{e.service}", 0, n): e.id for n, e in enumerate(events) if e.id}
    landed[place] = None
    bad = Place("in.2281.catalogue", 0, 6)
    told = [Told(f"t{n}", _CHANGED, "o", n) for n in (1, 2, 3)]
    heard = {("/samverk/catalogue", each.id): False for each in told}

    def taken(service: str) -> dict[tuple[str, str], bool]:
        return {(e.source, e.id): e.kind == "breaking" for e in events if e.service == service and e.id}

    catalogue = Found(
        inbox=taken("catalogue"),
        effects=[Effect("o", n) for n in (1, 2, 3)],
        witnessed=[Effect("o", 1), Effect("o", 3)],
        states={"o": 3},
        committed=told,
        topic=[*told, told[-1]],
        letters=[Letter("catalogue-bad-0", "breaks_a_rule", bad), Letter(None, "not_json", place)],
    )
    bases = [Effect("b", 1), Effect("b", 3)]
    pricing = Found(inbox=taken("pricing") | heard, effects=bases, witnessed=bases, states={"b": 3}, heard={"o": 3})
    admissions = Found(inbox=dict(heard), heard={"o": 3})
    answers = [
        Answer("a1", "2281", "catalogue-bad-0", "breaks_a_rule", bad),
        Answer("a2", "2281", None, "not_json", place),
    ]
    services = {"catalogue": catalogue, "pricing": pricing, "admissions": admissions}
    return Case(events, Evidence(landed=landed, answers=answers, services=services))


def test_a_run_in_which_all_went_well_is_good(case: Case) -> None:
    verdict = judge(case.sent, case.evidence)

    assert verdict.findings == []
    assert verdict.accepted.total() == 8
    assert verdict.effects.total() == 6
    assert verdict.answers.total() == 2
    assert verdict.repeats_on_the_wire == 1


def _never_taken(case: Case) -> None:
    del case.catalogue.inbox["/municipalities/2281/chaos", "catalogue-o-2"]


def _right_but_refused(case: Case) -> None:
    case.catalogue.inbox["/municipalities/2281/chaos", "catalogue-o-2"] = True


def _taken_without_effect(case: Case) -> None:
    case.catalogue.effects = [Effect("o", 1), Effect("o", 3)]


def _last_effect_missing(case: Case) -> None:
    case.pricing.effects = case.pricing.witnessed = [Effect("b", 1)]


def _state_gone(case: Case) -> None:
    case.catalogue.states = {}


def _lost_by_the_broker(case: Case) -> None:
    del case.evidence.landed[Place("in.2281.catalogue", 0, 1)]


def _committed_and_never_told(case: Case) -> None:
    case.catalogue.topic = case.catalogue.topic[1:]


def _left_in_the_outbox(case: Case) -> None:
    case.catalogue.waiting = 1


def _told_and_not_heard(case: Case) -> None:
    del case.pricing.inbox["/samverk/catalogue", "t2"]


def _history_missing(case: Case) -> None:
    case.catalogue.kept = [Effect("o", 1), Effect("o", 2)]


def _two_effects(case: Case) -> None:
    case.catalogue.effects = [*case.catalogue.effects, Effect("o", 3)]


def _state_written_twice(case: Case) -> None:
    case.pricing.effects = case.pricing.witnessed = [Effect("b", 1), Effect("b", 3), Effect("b", 3)]


def _told_under_two_ids(case: Case) -> None:
    again = Told("t9", _CHANGED, "o", 3)
    case.catalogue.committed = [*case.catalogue.committed, again]
    case.catalogue.topic = [*case.catalogue.topic, again]
    for reader in ("pricing", "admissions"):
        case.evidence.services[reader].inbox["/samverk/catalogue", "t9"] = False


def _answered_twice(case: Case) -> None:
    case.evidence.answers = [*case.evidence.answers, case.evidence.answers[0]._replace(id="a9")]


def _poison_answered_twice(case: Case) -> None:
    case.evidence.answers = [*case.evidence.answers, case.evidence.answers[1]._replace(id="a9")]


def _state_went_back(case: Case) -> None:
    case.pricing.effects = case.pricing.witnessed = [Effect("b", 3), Effect("b", 1)]
    case.pricing.states = {"b": 1}


def _told_in_another_order(case: Case) -> None:
    one, two, three = case.catalogue.committed
    case.catalogue.topic = [one, three, two]


def _reader_left_behind(case: Case) -> None:
    case.pricing.heard = {"o": 2}


def _no_answer(case: Case) -> None:
    case.evidence.answers = case.evidence.answers[1:]


def _no_answer_to_poison(case: Case) -> None:
    case.evidence.answers = case.evidence.answers[:1]


def _dead_letter_of_ours(case: Case) -> None:
    case.catalogue.letters = [
        *case.catalogue.letters,
        Letter("catalogue-o-1", "failed", Place("in.2281.catalogue", 0, 0)),
    ]


def _answer_to_a_right_one(case: Case) -> None:
    place = Place("in.2281.catalogue", 0, 0)
    case.evidence.answers = [*case.evidence.answers, Answer("a9", "2281", "catalogue-o-1", "failed", place)]


def _answer_to_somebody_else(case: Case) -> None:
    case.evidence.answers = [case.evidence.answers[0]._replace(municipality="2282"), case.evidence.answers[1]]


def _told_and_never_committed(case: Case) -> None:
    case.catalogue.topic = [*case.catalogue.topic, Told("t9", _CHANGED, "o", 4)]


def _effect_that_nobody_sent(case: Case) -> None:
    case.pricing.effects = case.pricing.witnessed = [*case.pricing.effects, Effect("b", 4)]
    case.pricing.states = {"b": 4}


def _turned_away(case: Case) -> None:
    case.sent[0].state = "refused"


PLANTED: list[tuple[Wrong, Callable[[Case], None]]] = [
    ("lost", _never_taken),
    ("lost", _right_but_refused),
    ("lost", _taken_without_effect),
    ("lost", _last_effect_missing),
    ("lost", _state_gone),
    ("lost", _lost_by_the_broker),
    ("lost", _committed_and_never_told),
    ("lost", _left_in_the_outbox),
    ("lost", _told_and_not_heard),
    ("lost", _history_missing),
    ("doubled", _two_effects),
    ("doubled", _state_written_twice),
    ("doubled", _told_under_two_ids),
    ("doubled", _answered_twice),
    ("doubled", _poison_answered_twice),
    ("disorder", _state_went_back),
    ("disorder", _told_in_another_order),
    ("disorder", _reader_left_behind),
    ("unanswered", _no_answer),
    ("unanswered", _no_answer_to_poison),
    ("unexplained", _dead_letter_of_ours),
    ("unexplained", _answer_to_a_right_one),
    ("unexplained", _answer_to_somebody_else),
    ("unexplained", _told_and_never_committed),
    ("unexplained", _effect_that_nobody_sent),
    ("unexplained", _turned_away),
]


@pytest.mark.parametrize(("wrong", "plant"), PLANTED, ids=lambda value: getattr(value, "__name__", value))
def test_what_is_planted_is_caught(case: Case, wrong: Wrong, plant: Callable[[Case], None]) -> None:
    plant(case)

    assert wrong in case.wrongs()


def test_an_unconfirmed_event_may_have_had_its_effect_or_none(case: Case) -> None:
    arrived, missing = copy.deepcopy(case), copy.deepcopy(case)
    for each in (arrived, missing):
        each.sent[1].state = "unknown"
    missing.catalogue.effects = [Effect("o", 1), Effect("o", 3)]
    del missing.catalogue.inbox["/municipalities/2281/chaos", "catalogue-o-2"]
    del missing.evidence.landed[Place("in.2281.catalogue", 0, 1)]

    assert arrived.wrongs() == missing.wrongs() == set()
    assert judge(arrived.sent, arrived.evidence).unknown_arrived == 1


def test_an_unconfirmed_event_never_has_two_effects(case: Case) -> None:
    case.sent[1].state = "unknown"
    case.catalogue.effects = [Effect("o", 1), Effect("o", 2), Effect("o", 2), Effect("o", 3)]

    assert case.wrongs() == {"doubled"}


def test_an_unconfirmed_event_may_come_after_a_newer_one(case: Case) -> None:
    case.sent[1].state = "unknown"
    case.catalogue.effects = [Effect("o", 1), Effect("o", 3), Effect("o", 2)]

    assert case.wrongs() == set()


def test_a_finding_is_counted_for_the_fault_in_whose_time_its_event_was_accepted(case: Case) -> None:
    case.sent[1].during = "kill-services"
    _taken_without_effect(case)

    verdict = judge(case.sent, case.evidence)

    assert verdict.of("lost", "kill-services") == verdict.of("lost") == 1
