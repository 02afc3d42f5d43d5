"""A made-up final round: so many applicants with three to eight choices each, as the engine's columns."""

import numpy as np

from admissions.domain.wishes import Wishes

WHOLE_COUNTRY = 120_000
_PER_OFFERING = 34
_CANDIDATES = 16
_FEWEST, _MOST = 3, 8


def wishes(applicants: int, seed: int = 2027) -> Wishes:
    """Some offerings are wanted by many, one choice in four is second hand, one in twelve ineligible."""
    random = np.random.default_rng(seed)
    offerings = applicants // _PER_OFFERING
    wanted = random.lognormal(0, 1, offerings)
    wanted /= wanted.sum()
    chosen = _distinct(random, wanted, random.integers(_FEWEST, _MOST + 1, applicants))
    applicant, offering = np.nonzero(chosen >= 0)[0], chosen[chosen >= 0].astype(np.int64)
    size, first = len(applicant), np.searchsorted(applicant, np.arange(applicants))
    merit = np.clip(random.normal(2300, 450, applicants), 800, 3400).astype(np.int32) // 25 * 25
    return Wishes(
        applicant=applicant,
        rank=(np.arange(size) - first[applicant] + 1).astype(np.int8),
        offering=offering,
        hand=random.choice(np.array([1, 1, 1, 2], np.int8), size),
        timely=random.random(size) > 1 / 30,
        merit=merit[applicant],
        holds=np.zeros(size, bool),
        eligible=random.random(size) > 1 / 12,
        random=random.integers(0, 2**53, applicants),
        seats=(wanted * applicants * 0.8 + random.integers(0, 12, offerings)).astype(np.int64),
    )


def _distinct(random: np.random.Generator, wanted: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """A row of offerings per applicant, the wanted ones likelier, none twice; -1 where the list is at its end."""
    drawn = np.searchsorted(np.cumsum(wanted), random.random((len(lengths), _CANDIDATES))).astype(np.int32)
    drawn = np.minimum(drawn, len(wanted) - 1)
    order = np.argsort(drawn, axis=1, kind="stable")
    ordered = np.take_along_axis(drawn, order, axis=1)
    new = np.ones_like(drawn, bool)
    np.put_along_axis(new, order[:, 1:], ordered[:, 1:] != ordered[:, :-1], axis=1)
    return np.where(new & (np.cumsum(new, axis=1) <= lengths[:, None]), drawn, -1)
