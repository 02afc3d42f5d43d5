"""One run of one round: assess, place, verify. The same input and seed give the same decisions, byte for byte."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np

from admissions.domain.assessing import Assessed, Rules, assess
from admissions.domain.deciding import Decided, decide
from admissions.domain.intake import NOWHERE, Column, Intake
from admissions.domain.lacking import Lacking, lacking
from admissions.domain.moves import Moves, moves
from admissions.domain.rounds import Round
from admissions.domain.wishes import ADMITTED, RESERVE

UNPLACED_BECAUSE = ("", "ineligible", "no_place")


@dataclass(frozen=True)
class Run:
    """A verified placement with everything that explains it."""

    round: Round
    rules: Rules
    seed: int
    assessed: Assessed
    decided: Decided
    moves: Moves

    @cached_property
    def lacking(self) -> Lacking:
        """What each applicant lacks, and which programmes stand open."""
        return lacking(self.assessed, self.rules)

    @cached_property
    def admitted(self) -> Column:
        """The admitted choices, by applicant."""
        return np.flatnonzero(self.decided.outcome == ADMITTED)

    @cached_property
    def unplaced_because(self) -> Column:
        """For each applicant a number of UNPLACED_BECAUSE; `ineligible` is who is eligible to none of the choices."""
        applicant = self.assessed.listed.applicant
        cause = np.ones(len(self.assessed.ids), np.uint8)
        cause[applicant[self.assessed.eligible]] = 2
        cause[applicant[self.admitted]] = 0
        return cause

    @cached_property
    def taken(self) -> Column:
        """How many are admitted, by offering."""
        return np.bincount(self.assessed.listed.offering[self.admitted], minlength=len(self.assessed.offerings))

    @cached_property
    def limits(self) -> list[int | None]:
        """For each offering the merit, in tenths, of the one last admitted without quota; None when nobody was."""
        last = self.decided.last
        merit = self.assessed.merit
        return [int(merit[at]) if at >= 0 else None for at in last.tolist()]

    @cached_property
    def figures(self) -> Mapping[str, int]:
        """Counts: `reserves` are places in queues, `ineligible` applicants eligible to none of their choices."""
        known = [offering for offering in self.assessed.offerings if offering.known]
        return {
            "offerings": len(known),
            "seats": sum(offering.seats for offering in known),
            "applicants": len(self.assessed.ids),
            "admitted": len(self.admitted),
            "reserves": int(np.count_nonzero(self.decided.outcome == RESERVE)),
            "ineligible": int(np.count_nonzero(self.unplaced_because == 1)),
        }

    @cached_property
    def noted_quota(self) -> Column:
        """For each choice the quota, by number from 0, whose seat it is or which a reserve is entitled to; -1: none."""
        decided, offerings = self.decided, self.assessed.offerings
        noted = np.where(decided.outcome == ADMITTED, decided.pool.astype(np.int64) - 1, NOWHERE)
        quotas = list(enumerate(zip(decided.pools[1:], decided.entitled, strict=True)))
        for number, (name, entitled) in reversed(quotas):
            aside = np.array([bool(offering.quotas.get(name)) for offering in offerings], bool)
            noted[(decided.outcome == RESERVE) & entitled & aside[self.assessed.listed.offering]] = number
        return noted

    @cached_property
    def with_seats_left(self) -> frozenset[str]:
        """Codes of the national programmes that still have a seat somewhere."""
        rows = zip(self.assessed.offerings, self.taken.tolist(), strict=True)
        return frozenset(o.programme for o, taken in rows if o.known and o.stage == 1 and taken < o.seats)

    @cached_property
    def decisions_hash(self) -> str:
        """SHA-256 of all decisions: ids, ranks, offerings, outcomes, queue numbers, reasons and pools, in order."""
        listed, decided = self.assessed.listed, self.decided
        digest = sha256("\n".join(o.id for o in self.assessed.offerings).encode())
        digest.update(self.assessed.ids.tobytes())
        columns = (listed.applicant, listed.rank, listed.offering, decided.queue)
        for column in (*columns, decided.outcome, decided.reason, decided.pool):
            digest.update(column.astype("<i4").tobytes())
        return digest.hexdigest()


def run_round(this: Round, rules: Rules, intake: Intake, seed: int) -> Run:
    """The verified outcome of a round. Raises RunNotPublished when the verifier finds fault."""
    assessed = assess(this, rules, intake, seed)
    decided = decide(assessed, rules)
    return Run(this, rules, seed, assessed, decided, moves(intake, assessed, decided))
