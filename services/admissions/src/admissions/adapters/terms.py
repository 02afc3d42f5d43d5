"""What an offering says beside its seats: skill test, quotas, introduction programme; as published, and as kept."""

from collections.abc import Mapping
from typing import Any

from admissions.domain.offerings import Introduction, Mark, Offering, SkillTest

FIELDS = ("skill_test", "quotas", "introduction", "uses_seats_of")


def stated(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the catalogue says of these things."""
    return {name: data[name] for name in FIELDS if name in data}


def read(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an Offering; what is lacking is left out."""
    test, introduction = terms.get("skill_test"), terms.get("introduction")
    return {
        "introduction": Introduction(introduction) if introduction else None,
        "uses_seats_of": terms.get("uses_seats_of"),
        "test": _test(test) if test else None,
        "quotas": {row["quota"]: row["seats"] for row in terms.get("quotas", ())},
    }


def _test(test: Mapping[str, Any]) -> SkillTest:
    scale = {row["result"]: Mark(row["tenths"], row["passed"]) for row in test["scale"]}
    return SkillTest(test["required"], scale)


def as_data(offering: Offering) -> dict[str, Any]:
    """An offering as it stands in a run's snapshot."""
    test = offering.test
    scale = test and [{"result": r, "tenths": m.tenths, "passed": m.passed} for r, m in test.scale.items()]
    return {
        "id": offering.id,
        "municipality": offering.municipality,
        "programme": offering.programme,
        "seats": offering.seats,
        "known": offering.known,
        "terms": {
            "introduction": offering.introduction,
            "uses_seats_of": offering.uses_seats_of,
            "skill_test": test and {"required": test.required, "scale": scale},
            "quotas": [{"quota": quota, "seats": seats} for quota, seats in offering.quotas.items()],
        },
    }


def from_data(data: Mapping[str, Any]) -> Offering:
    """What `as_data` gave."""
    terms = data["terms"]
    plain = {name: data[name] for name in ("id", "municipality", "programme", "seats", "known")}
    return Offering(**plain, **read(terms))
