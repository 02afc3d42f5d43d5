"""Fragments of statements: where a person lives, and whether their details are protected. `a` is `applications`, or
`adult_applications` where the name says so.

A move counts when the municipality that handed in the application reported it, or the office recorded it. Of
protection the strictest that anybody has said holds.
"""

from typing import Final

HOME: Final = """
    coalesce((
        SELECT m.home_municipality FROM person_moves m
        WHERE m.applicant_id = a.applicant_id AND m.reported_by IN (a.home_municipality, 'office')
          AND m.moved_on <= CAST(:today AS date)
        ORDER BY m.moved_on DESC, m.recorded_at DESC LIMIT 1
    ), a.home_municipality)
"""
PROTECTION: Final = """
    greatest(a.protected::int, (SELECT max(g.level) FROM person_protections g WHERE g.applicant_id = a.applicant_id))
"""
ADULT_OPEN: Final = """
    (NOT a.protected AND NOT EXISTS (
        SELECT FROM person_protections g WHERE g.applicant_id = a.applicant AND g.level > 0))
"""
SEEN_BY: Final = f"""
    (CAST(:municipality AS text) IS NULL OR :municipality IN (a.home_municipality, {HOME}))
"""
"""What a municipality sees: those who live there, and those whose application it handed in."""
