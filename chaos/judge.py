"""Holds what was sent against what was found, and names everything that does not agree.

Pure: the same facts give the same verdict. What counts as exactly one effect is told in docs/decisions/0014.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from chaos.facts import READERS, TELLING, Answer, Effect, Evidence, Found, Place, Sent, Told

Wrong = Literal["lost", "doubled", "disorder", "unanswered", "unexplained"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `during` is the fault in whose time the event was accepted, empty in a quiet time."""

    wrong: Wrong
    service: str
    what: str
    during: str = ""

    def __str__(self) -> str:
        return f"{self.wrong}: {self.service}: {self.what}" + (f" (during {self.during})" if self.during else "")


@dataclass(slots=True)
class Verdict:
    """All findings, and the counts that people ask for. `repeats_on_the_wire` were told twice under one id."""

    findings: list[Finding] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    unknown_arrived: int = 0
    told: int = 0
    repeats_on_the_wire: int = 0
    resent: int = 0

    @property
    def good(self) -> bool:
        """Nothing is lost, doubled, out of order, unanswered or unexplained."""
        return not self.findings

    def of(self, wrong: Wrong, during: str | None = None) -> int:
        """How many findings of a kind, in all or of one fault's time."""
        return sum(f.wrong == wrong and during in (None, f.during) for f in self.findings)


def judge(sent: Sequence[Sent], evidence: Evidence) -> Verdict:
    """The verdict on a run that has come to rest."""
    verdict = Verdict()
    for event in sent:
        verdict.unknown += event.state == "unknown"
        verdict.resent += event.attempts > 1
        if event.accepted:
            verdict.accepted[event.during] += 1
    landed = {name for name in evidence.landed.values() if name is not None}
    verdict.unknown_arrived = sum(event.state == "unknown" and event.id in landed for event in sent)
    verdict.findings += _turned_away(sent)
    verdict.findings += _at_the_broker(sent, evidence, landed)
    for service, found in evidence.services.items():
        own = [event for event in sent if event.service == service]
        verdict.findings += _taken(service, own, found)
        verdict.findings += _effects(service, own, found, verdict.effects)
        # What was never confirmed may arrive late, when its sender has long said something newer.
        late = {Effect(event.subject, event.revision) for event in own if not event.accepted}
        verdict.findings += _order(service, [effect for effect in found.effects if effect not in late], "effects")
        verdict.findings += _witnessed(service, found)
        verdict.findings += _published(service, found, late)
        verdict.findings += _letters(service, own, found, evidence)
        verdict.told += len(found.committed)
        verdict.repeats_on_the_wire += len(found.topic) - len({told.id for told in found.topic})
        if found.waiting:
            verdict.findings.append(
                Finding("lost", service, f"{found.waiting} rows of the outbox were never published")
            )
    verdict.findings += _answers(sent, evidence, verdict.answers)
    verdict.findings += _heard(evidence)
    verdict.repeats_on_the_wire += len(evidence.answers) - len({answer.id for answer in evidence.answers})
    return verdict


def _turned_away(sent: Iterable[Sent]) -> Iterator[Finding]:
    for event in sent:
        if event.state == "refused":
            yield Finding("unexplained", event.service, f"{_named(event)} was turned away at the door", event.during)


def _at_the_broker(sent: Sequence[Sent], evidence: Evidence, landed: set[str]) -> Iterator[Finding]:
    for event in sent:
        missing = event.id is not None and event.id not in landed
        missing |= event.place is not None and event.place not in evidence.landed
        if event.accepted and missing:
            yield Finding(
                "lost", event.service, f"{_named(event)} was confirmed and the broker has it no more", event.during
            )


def _taken(service: str, own: Iterable[Sent], found: Found) -> Iterator[Finding]:
    for event in own:
        if event.id is None or not event.accepted:
            continue
        refused = found.inbox.get((event.source, event.id))
        if refused is None and (event.kind == "valid" or event.reason not in _WITHOUT_INBOX):
            yield Finding("lost", service, f"{_named(event)} was accepted and never taken", event.during)
        elif event.kind == "valid" and refused:
            yield Finding("lost", service, f"{_named(event)} is right and was refused", event.during)


# A record that can't be read has no id to enter in the inbox.
_WITHOUT_INBOX = frozenset({"not_json", "not_a_cloudevent"})


def _effects(service: str, own: Iterable[Sent], found: Found, counted: Counter[str]) -> Iterator[Finding]:
    valid = [event for event in own if event.kind == "valid"]
    times = Counter(found.effects)
    reached = {subject: max(revisions) for subject, revisions in _revisions(found.effects).items()}
    for event in valid:
        had = times[Effect(event.subject, event.revision)]
        # A later revision in the same batch takes a former's place before it is written; that is its effect.
        overtaken = service not in TELLING and reached.get(event.subject, 0) > event.revision
        counted[event.during] += event.accepted and (had > 0 or overtaken)
        if had > 1:
            yield Finding("doubled", service, f"{_named(event)} had {had} effects", event.during)
        if event.accepted and had == 0 and not overtaken:
            yield Finding("lost", service, f"{_named(event)} was accepted and had no effect", event.during)
    yield from _strangers(service, valid, times)
    yield from _last_states(service, valid, found, reached)


def _strangers(service: str, valid: Sequence[Sent], times: Counter[Effect]) -> Iterator[Finding]:
    known = {Effect(event.subject, event.revision) for event in valid}
    for effect in times.keys() - known:
        yield Finding("unexplained", service, f"{effect.subject} came to revision {effect.revision}, which nobody sent")


def _last_states(service: str, valid: Sequence[Sent], found: Found, reached: dict[str, int]) -> Iterator[Finding]:
    highest: dict[str, Sent] = {}
    for event in valid:
        if event.accepted and (event.subject not in highest or event.revision > highest[event.subject].revision):
            highest[event.subject] = event
    for subject, event in highest.items():
        # What was never confirmed may have arrived all the same.
        expected = max(event.revision, reached.get(subject, 0))
        kept = found.states.get(subject)
        if kept != expected:
            text = f"{subject} is at revision {kept}, not {expected}"
            yield Finding("lost" if kept is None else "disorder", service, text, event.during)


def _order(service: str, effects: Iterable[Effect], where: str) -> Iterator[Finding]:
    for subject, revisions in _revisions(effects).items():
        for before, after in pairwise(revisions):
            if after < before:
                yield Finding("disorder", service, f"{subject} went from {before} back to {after} in its {where}")


def _witnessed(service: str, found: Found) -> Iterator[Finding]:
    """The state never goes back, never comes twice to one revision, and the history kept is that of the effects."""
    yield from _order(service, found.witnessed, "state")
    for effect, times in Counter(found.witnessed).items():
        if times > 1:
            yield Finding("doubled", service, f"{effect.subject} came {times} times to revision {effect.revision}")
    if found.kept is not None:
        kept, effects = Counter(found.kept), Counter(found.effects)
        for effect in kept.keys() | effects.keys():
            if kept[effect] != effects[effect]:
                text = f"{effect.subject} revision {effect.revision} stands {kept[effect]} times in the history"
                yield Finding("doubled" if kept[effect] > effects[effect] else "lost", service, text)


def _revisions(effects: Iterable[Effect]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for effect in effects:
        found[effect.subject].append(effect.revision)
    return found


def _published(service: str, found: Found, late: Collection[Effect]) -> Iterator[Finding]:
    committed = {told.id for told in found.committed}
    once: dict[str, Told] = {}
    for told in found.topic:
        once.setdefault(told.id, told)
    for told in found.committed:
        if told.id not in once:
            yield Finding("lost", service, f"{told.type} of {told.subject} was committed and never told")
    for told in once.values():
        if told.id not in committed:
            yield Finding("unexplained", service, f"{told.type} of {told.subject} was told and never committed")
    same = Counter((told.subject, told.version) for told in once.values() if told.version)
    for (subject, version), times in same.items():
        if times > 1:
            yield Finding("doubled", service, f"{subject} version {version} was told under {times} ids")
    in_order = [Effect(told.subject, told.version) for told in once.values() if told.version]
    # The catalogue counts what it says itself; admissions names the sender's revision.
    yield from _order(service, [said for said in in_order if service == "catalogue" or said not in late], "topic")


def _letters(service: str, own: Sequence[Sent], found: Found, evidence: Evidence) -> Iterator[Finding]:
    reasons = {event.id: event.reason for event in own if event.kind == "breaking" and event.id is not None}
    for letter in found.letters:
        if letter.event_id is None:
            explained = letter.place in evidence.landed and evidence.landed[letter.place] is None
        else:
            explained = reasons.get(letter.event_id) == letter.reason
        if not explained:
            yield Finding("unexplained", service, f"dead letter {letter.reason} of {letter.event_id or letter.place}")


def _answers(sent: Sequence[Sent], evidence: Evidence, counted: Counter[str]) -> Iterator[Finding]:
    by_report: dict[str, list[Answer]] = defaultdict(list)
    by_place: dict[Place, list[Answer]] = defaultdict(list)
    for answer in {answer.id: answer for answer in evidence.answers}.values():
        if answer.report_id is None:
            by_place[answer.place].append(answer)
        else:
            by_report[answer.report_id].append(answer)
    breaking = [event for event in sent if event.kind == "breaking"]
    for event in breaking:
        got = by_report.get(event.id, []) if event.id else by_place.get(event.place, []) if event.place else []
        counted[event.during] += event.accepted and len(got) > 0
        yield from _answered(event, got)
    known = {event.id for event in breaking}
    for report_id, answers in by_report.items():
        if report_id not in known:
            yield Finding("unexplained", answers[0].place.topic, f"answer {answers[0].reason} to {report_id}")
    yield from _unreadable(evidence, by_place)


def _answered(event: Sent, got: Sequence[Answer]) -> Iterator[Finding]:
    if event.accepted and not got:
        yield Finding("unanswered", event.service, f"{_named(event)} breaks a rule and got no answer", event.during)
    if len(got) > 1:
        yield Finding("doubled", event.service, f"{_named(event)} was answered {len(got)} times", event.during)
    for answer in got:
        if answer.municipality != event.municipality or answer.reason != event.reason:
            said = f"{answer.reason} to {answer.municipality}"
            yield Finding("unexplained", event.service, f"{_named(event)} was answered {said}", event.during)


def _unreadable(evidence: Evidence, by_place: dict[Place, list[Answer]]) -> Iterator[Finding]:
    """Each record that is no event, one answer; also those whose sender was never told that they arrived."""
    unreadable = {place for place, name in evidence.landed.items() if name is None}
    for place in unreadable | by_place.keys():
        got = len(by_place.get(place, []))
        if place not in unreadable:
            yield Finding("unexplained", place.topic, f"answer about {place}, which is a readable event or nothing")
        elif got > 1:
            yield Finding("doubled", place.topic, f"{place} was answered {got} times")
        elif got == 0:
            yield Finding("unanswered", place.topic, f"{place} can't be read and got no answer")


def _heard(evidence: Evidence) -> Iterator[Finding]:
    """What one service said, the others have taken, each once, and kept the newest of."""
    for teller, readers in READERS.items():
        if teller not in evidence.services:
            continue
        told = {t.id: t for t in evidence.services[teller].committed}
        newest: dict[str, int] = {}
        for each in told.values():
            newest[each.subject] = max(newest.get(each.subject, 0), each.version)
        for reader in (reader for reader in readers if reader in evidence.services):
            found = evidence.services[reader]
            for each in told.values():
                if found.inbox.get((f"/samverk/{teller}", each.id)) is not False:
                    yield Finding("lost", reader, f"{each.type} of {each.subject} was told and not taken")
            yield from _behind(reader, newest, found)


def _behind(reader: str, newest: dict[str, int], found: Found) -> Iterator[Finding]:
    for subject, version in newest.items():
        if found.heard.get(subject) != version:
            yield Finding("disorder", reader, f"{subject} is kept at version {found.heard.get(subject)}, not {version}")


def _named(event: Sent) -> str:
    """Which event, never what it says."""
    return f"{event.id or event.place} ({event.subject} revision {event.revision})"
