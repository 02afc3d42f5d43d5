"""Which offerings are refused, and what their reporter is told."""

import pytest

from catalogue.adapters.reference import programmes, region
from catalogue.domain.programmes import Breach, Wrong, breaches
from catalogue.messages import fault


def found(offering: str = "2281-EK-1", programme: str = "EK", reporter: str | None = "2281") -> list[Breach]:
    return list(breaches(offering=offering, programme=programme, reporter=reporter, programmes=programmes()))


def test_every_national_programme_may_be_offered() -> None:
    assert len(programmes().open) == 18
    assert all(found(programme=code) == [] for code in programmes().open)


@pytest.mark.parametrize(("offering", "reporter"), [("2280-EK-1", "2281"), ("22811-EK", "2281"), ("2281-EK-1", None)])
def test_an_offering_is_reported_by_its_own_municipality_only(offering: str, reporter: str | None) -> None:
    assert [breach.wrong for breach in found(offering, reporter=reporter)] == [Wrong.NOT_YOURS]


@pytest.mark.parametrize(("closed", "instead"), [("HA", "FS"), ("HV", "FR")])
def test_a_closed_programme_is_refused_with_what_to_use_instead(closed: str, instead: str) -> None:
    assert found(programme=closed) == [Breach("programme", Wrong.CLOSED_PROGRAMME, instead)]
    assert instead in programmes().open


def test_every_breach_is_named_at_once() -> None:
    assert [b.field for b in found("2280-XX-1", "XX")] == ["offering", "programme"]


def test_a_fault_points_at_the_field_and_says_what_to_mend_in_two_languages() -> None:
    faults = [fault(breach) for breach in [*found("2280-EK-1", "HV"), *found(programme="ek")]]
    assert [(f.field, f.code) for f in faults] == [
        ("/offering", "offering_not_yours"),
        ("/programme", "programme_closed"),
        ("/programme", "programme_unknown"),
    ]
    assert "2281-" in faults[0].sv
    assert "2281-" in faults[0].en
    assert "FR" in faults[1].sv
    assert "FR" in faults[1].en
    assert "EK" in faults[2].sv
    assert "VO" in faults[2].en


def test_the_region_is_västernorrland() -> None:
    assert region()["2281"] == "Sundsvall"
    assert len(region()) == 7
