"""One event followed across all services: from a municipality's report to its last consequence, and what is missing.

Each service is asked with the asker's own token, so that nobody sees here what they may not see there.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import quote

import httpx

from shared.texts import Text

MOST_EVENTS: Final = 100
MOST_STEPS_AWAY: Final = 6
_TIMEOUT_SECONDS: Final = 10.0

Kind = Literal["said", "waiting_to_be_sent", "taken", "refused", "dead_letter", "sent_again", "not_taken", "silent"]

KINDS: Final[Mapping[Kind, Text]] = {
    "said": Text("Sänd", "Sent"),
    "waiting_to_be_sent": Text("Väntar på att sändas", "Waiting to be sent"),
    "taken": Text("Mottagen och behandlad", "Taken and handled"),
    "refused": Text("Mottagen och avvisad", "Taken and refused"),
    "dead_letter": Text("Lagd åt sidan", "Set aside"),
    "sent_again": Text("Sänd på nytt", "Sent again"),
    "not_taken": Text("Inte mottagen ännu", "Not taken yet"),
    "silent": Text("Tjänsten svarar inte", "The service does not answer"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an event, or that should have. `depth` is how many events away from the first."""

    kind: Kind
    service: str
    at: str | None
    event: str
    type: str | None
    depth: int
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def worry(self) -> bool:
        """Whether somebody should look."""
        return self.kind in ("refused", "dead_letter", "not_taken", "silent", "waiting_to_be_sent")


@dataclass(frozen=True, slots=True)
class Journey:
    """The steps in order; `cut` when there were more than is followed."""

    steps: Sequence[Step]
    cut: bool

    @property
    def found(self) -> bool:
        """Whether any service knows of the event."""
        return any(step.kind not in ("not_taken", "silent") for step in self.steps)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        names = ("kind", "service", "at", "event", "type", "depth", "details")
        return {"steps": [{name: getattr(step, name) for name in names} for step in self.steps], "cut": self.cut}


async def follow(id: str, services: Mapping[str, str], token: str, client: httpx.AsyncClient) -> Journey:
    """Ask every service about the event, then about all that it caused, level by level."""
    steps: list[Step] = []
    level: list[tuple[str, str | None]] = [(id, None)]
    seen, silent, cut = {id}, set[str](), False
    for depth in range(MOST_STEPS_AWAY):
        asked = [(event, kind, name) for event, kind in level for name in services if name not in silent]
        answers = await asyncio.gather(*(_ask(client, services[name], event, token) for event, _, name in asked))
        heard = {name for (_, _, name), answer in zip(asked, answers, strict=True) if answer is not None}
        silent |= {name for _, _, name in asked} - heard
        following: list[tuple[str, str | None]] = []
        for event, kind in level:
            found = {name: answer for (e, _, name), answer in zip(asked, answers, strict=True) if e == event}
            steps += _steps(event, kind, found, depth)
            following += _caused(found)
        fresh = [(event, kind) for event, kind in dict(following).items() if event not in seen]
        cut = cut or len(seen) + len(fresh) > MOST_EVENTS
        level = fresh[: max(0, MOST_EVENTS - len(seen))]
        seen |= {event for event, _ in level}
        if not level:
            break
    else:
        cut = True
    return Journey(sorted(steps, key=_order), cut)


def _order(step: Step) -> tuple[int, str]:
    """By time within a level; what was said counts from when it was decided, which is before anybody heard it."""
    return step.depth, str(step.details.get("said_at") or step.at or "~")


async def _ask(client: httpx.AsyncClient, url: str, event: str, token: str) -> Mapping[str, Any] | None:
    try:
        answer = await client.get(
            f"{url.rstrip('/')}/operations/events/{quote(event, safe='')}",
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
            timeout=_TIMEOUT_SECONDS,
        )
        found = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _caused(found: Mapping[str, Mapping[str, Any] | None]) -> list[tuple[str, str | None]]:
    """What was said because of the event; the dead letter's own topic leads nowhere."""
    return [
        (row["id"], row["type"])
        for answer in found.values()
        if answer
        for row in answer["caused"]
        if not row["topic"].endswith(".dlq") and not row["topic"].startswith("in.")
    ]


def _steps(event: str, kind: str | None, found: Mapping[str, Mapping[str, Any] | None], depth: int) -> list[Step]:
    steps: list[Step] = []
    for name, answer in found.items():
        if answer is None:
            steps.append(Step("silent", name, None, event, kind, depth))
            continue
        for row in answer["said"]:
            sent = row["published_at"]
            details = {"topic": row["topic"], "said_at": row["created_at"], "traceparent": row["traceparent"]}
            steps.append(Step("said" if sent else "waiting_to_be_sent", name, sent, event, row["type"], depth, details))
        steps += _receipts(name, event, answer, depth)
    return steps + _missing(event, kind, found, depth)


def _receipts(name: str, event: str, answer: Mapping[str, Any], depth: int) -> list[Step]:
    steps: list[Step] = []
    for row in answer["received"]:
        details = {"source": row["source"], "digest": row["digest"]}
        outcome: Kind = "refused" if row["refused"] else "taken"
        steps.append(Step(outcome, name, row["received_at"], event, row["type"], depth, details))
    for row in answer["dead_letters"]:
        place = {key: row[key] for key in ("id", "reason", "topic", "partition", "offset", "attempts", "replays")}
        steps.append(Step("dead_letter", name, row["kept_at"], event, row["type"], depth, place))
        if row["replayed_at"]:
            steps.append(Step("sent_again", name, row["replayed_at"], event, row["type"], depth, place))
    return steps


def _missing(event: str, kind: str | None, found: Mapping[str, Mapping[str, Any] | None], depth: int) -> list[Step]:
    """Services that read what was said and have not got it: it waits for them."""
    answers = {name: answer for name, answer in found.items() if answer}
    said = {row["type"] for answer in answers.values() for row in answer["said"]} | ({kind} if kind else set())
    return [
        Step("not_taken", name, None, event, min(said & set(answer["reads"])), depth)
        for name, answer in answers.items()
        if said & set(answer["reads"]) and not answer["received"] and not answer["dead_letters"]
    ]
