"""What the benchmarks send is what a municipality may send."""

import orjson

from admissions.consumer import check_application
from benchmarks.events import EVENT_BYTES, SUBMITTED, applications
from shared.contracts import Contracts
from shared.testing import incoming


def test_every_application_keeps_contract_and_rules() -> None:
    contracts = Contracts.load()
    for sent in applications(200):
        data = orjson.loads(sent.value)
        assert contracts.faults(SUBMITTED, data) == []
        event = incoming(SUBMITTED, data, municipality=sent.municipality, subject=sent.key.decode())
        assert list(check_application(event)) == []
        assert len(sent.value) == EVENT_BYTES


def test_no_identity_and_no_applicant_comes_twice() -> None:
    data = [orjson.loads(sent.value) for sent in applications(3_000)]
    assert len({d["identity"] for d in data}) == len({d["applicant"] for d in data}) == len(data)
