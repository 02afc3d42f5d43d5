"""What admissions reads from Kafka, and what it checks beyond the contracts."""

from collections.abc import Sequence
from functools import partial

from admissions import commands, messages
from admissions.commands import notices, persons, receptions
from admissions.consumer import adult
from admissions.domain.identity import is_valid
from shared.consumer import Reading
from shared.events import Incoming
from shared.faults import Fault

_IN = "se.samverk.admissions"
_OFFERING = "se.samverk.catalogue.offering"
_RANKS = [list(range(1, count + 1)) for count in range(21)]


def readings(region: str) -> Sequence[Reading]:
    """The event types that admissions reads; replies are judged by the region's calendar."""
    return [
        Reading(f"{_IN}.application.submitted.v1", handle=commands.take_applications, check=check_application),
        Reading(f"{_IN}.grades.reported.v1", handle=commands.take_grades, check=check_grades),
        Reading(f"{_IN}.reply.given.v1", handle=partial(commands.take_replies, region=region)),
        Reading(f"{_IN}.skill_test.reported.v1", handle=commands.take_test_results, check=check_own_offering),
        Reading(f"{_IN}.free_quota.decided.v1", handle=commands.take_free_quota, check=check_own_offering),
        Reading(f"{_OFFERING}.published.v1", handle=commands.take_offerings),
        Reading(f"{_OFFERING}.changed.v1", handle=commands.take_offerings),
        Reading(f"{_OFFERING}.withdrawn.v1", handle=commands.take_offerings),
        Reading(f"{_IN}.examination.reported.v1", handle=commands.take_examinations, check=check_grades),
        Reading(f"{_IN}.knowledge.reported.v1", handle=commands.take_knowledge),
        Reading(f"{_IN}.applicant.moved.v1", handle=persons.take_moves),
        Reading(f"{_IN}.protection.reported.v1", handle=persons.take_protections),
        Reading(f"{_IN}.opinion.given.v1", handle=receptions.take_opinions),
        Reading(f"{_IN}.reception.decided.v1", handle=receptions.take_receptions, check=check_own_offering),
        Reading(f"{_IN}.start_notice.given.v1", handle=notices.take_start_notices, check=check_own_offering),
        Reading(f"{_IN}.stop_notice.given.v1", handle=notices.take_stop_notices, check=check_own_offering),
        *adult.readings(),
    ]


def check_application(event: Incoming) -> Sequence[Fault]:
    """Ranks 1 to n without gaps, each offering once, a valid identity. On the hot path: about 3 µs."""
    data = event.data
    choices = data["choices"]
    codes = []
    ranks = [choice["rank"] for choice in choices]
    if ranks != _RANKS[len(ranks)] and sorted(ranks) != _RANKS[len(ranks)]:
        codes.append("ranks")
    if len({choice["offering"] for choice in choices}) < len(choices):
        codes.append("same_offering_twice")
    if not is_valid(data["identity"]):
        codes.append("identity")
    return [messages.fault(code) for code in codes]


def check_own_offering(event: Incoming) -> Sequence[Fault]:
    """An offering's id begins with the code of the municipality that runs it, and only that one reports on it."""
    own = event.data["offering"][:4] == event.municipality
    return [] if own else [messages.fault("not_your_offering")]


def check_grades(event: Incoming) -> Sequence[Fault]:
    """Each subject has one grade."""
    rows = event.data["grades"]
    doubled = len({row["subject"] for row in rows}) < len(rows)
    return [messages.fault("same_subject_twice")] if doubled else []
