"""Finding pairs of applicant and offering in columns."""

import numpy as np

from admissions.domain.intake import Column


def pairs(
    applicant: Column, offering: Column, wanted_applicant: Column, wanted_offering: Column
) -> tuple[Column, Column]:
    """For each wanted pair whether it stands among the pairs, and where (0 when it does not). No pair stands twice."""
    keys = (applicant.astype(np.int64) << 32) | offering
    wanted = (wanted_applicant.astype(np.int64) << 32) | wanted_offering
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted)
    found = at < len(keys)
    found[found] = keys[order][at[found]] == wanted[found]
    return found, np.where(found, np.append(order, 0)[at], 0)
