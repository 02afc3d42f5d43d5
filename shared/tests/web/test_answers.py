"""Refused reports as their sender sees them; dead letters listed, masked and replayed; over a real PostgreSQL."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest
from fastapi import FastAPI

from shared import answers, outbox
from shared.dead_letters import DeadLetter, record_of
from shared.events import Incoming
from shared.faults import Fault
from shared.operations import log
from shared.problems import Problems
from shared.testing import RawRecord, incoming

from .conftest import APPLICATION, client_of

FAULT = Fault("/choices", "breaks_a_rule", "Fel.", "Wrong.")
OPERATIONS = "dead_letters:read dead_letters:replay reports:read"


@pytest.fixture
async def client(guard, unit_of_work, contracts):
    app = FastAPI()
    app.include_router(answers.router(unit_of_work, contracts, guard))
    Problems().install(app)
    async with client_of(app) as made:
        yield made


@pytest.fixture
def application(contracts):
    def make(municipality: str = "2281", offset: int = 0, **data) -> Incoming:
        said = contracts.event(APPLICATION)["data"] | data
        return incoming(APPLICATION, said, municipality=municipality, id=f"id-{municipality}-{offset}", offset=offset)

    return make


@pytest.fixture
def keep(unit_of_work):
    async def set_aside(*events: Incoming, reason: str = "breaks_a_rule") -> None:
        for event in events:
            async with unit_of_work() as work:
                work.set_aside(DeadLetter(record_of(event), event, reason, [FAULT]))

    return set_aside


async def test_a_municipality_sees_its_own_refused_reports_newest_first(client, issuer, application, keep):
    await keep(application(offset=1), application(offset=2), application("2284", offset=3))

    answer = await client.get("/reports/rejected", headers=issuer.headers())

    assert answer.status_code == 200
    assert [one["report_id"] for one in answer.json()["rejected"]] == ["id-2281-2", "id-2281-1"]
    newest = answer.json()["rejected"][0]
    assert newest["reason"] == "breaks_a_rule"
    assert newest["faults"] == [{"field": "/choices", "code": "breaks_a_rule", "sv": "Fel.", "en": "Wrong."}]
    assert answer.json()["next"] is None


async def test_a_refused_report_has_the_shape_of_the_answer_event(client, issuer, application, keep, contracts):
    await keep(application())

    [report] = (await client.get("/reports/rejected", headers=issuer.headers())).json()["rejected"]

    assert contracts.faults("se.samverk.admissions.report.rejected.v1", report) == []


async def test_pages_follow_each_other_without_gap_or_repeat(client, issuer, application, keep):
    await keep(*(application(offset=n) for n in range(5)))
    seen, after = [], ""
    for _ in range(3):
        page = (await client.get(f"/reports/rejected?limit=2{after}", headers=issuer.headers())).json()
        seen += [one["offset"] for one in page["rejected"]]
        after = f"&after={page['next']}"

    assert seen == [4, 3, 2, 1, 0]
    assert page["next"] is None


async def test_the_regions_staff_have_no_reports_of_their_own(client, issuer):
    assert (await client.get("/reports/rejected", headers=issuer.headers(municipality=None))).status_code == 403


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "after=x"])
async def test_an_odd_question_is_422(client, issuer, query):
    assert (await client.get(f"/reports/rejected?{query}", headers=issuer.headers())).status_code == 422


async def test_listings_show_no_data_and_no_identity_number(client, issuer, application, keep, contracts):
    event = application()
    careless = event._replace(subject="20110315-2383")
    await keep(careless)
    headers = issuer.headers(municipality=None, scope=OPERATIONS)

    answer = await client.get("/dead-letters", headers=headers)

    [letter] = answer.json()["dead_letters"]
    assert letter["event_subject"] == "[masked]"
    assert not {"payload", "data", "key", "headers"} & set(letter)
    assert contracts.event(APPLICATION)["data"]["identity"] not in answer.text


async def test_one_dead_letter_is_shown_with_personal_data_masked(client, issuer, application, keep, contracts):
    await keep(application())
    headers = issuer.headers(municipality=None, scope=OPERATIONS)
    [letter] = (await client.get("/dead-letters", headers=headers)).json()["dead_letters"]

    answer = await client.get(f"/dead-letters/{letter['id']}", headers=headers)

    data = answer.json()["data"]
    assert data["identity"] == "***"
    assert data["intake_year"] == contracts.event(APPLICATION)["data"]["intake_year"]
    assert answer.json()["bytes"] > 100
    assert contracts.event(APPLICATION)["data"]["identity"] not in answer.text


async def test_rubbish_is_shown_by_size_alone(client, issuer, unit_of_work):
    record = RawRecord("in.2281.admissions", 0, 9, 0, None, b"Anna 201103152383", [])
    async with unit_of_work() as work:
        work.set_aside(DeadLetter(record, None, "not_a_cloudevent", []))
    headers = issuer.headers(municipality=None, scope=OPERATIONS)
    [letter] = (await client.get("/dead-letters?reason=not_a_cloudevent", headers=headers)).json()["dead_letters"]

    shown = (await client.get(f"/dead-letters/{letter['id']}", headers=headers)).json()

    assert (shown["data"], shown["bytes"]) == (None, 17)


async def sent_again(unit_of_work) -> list[tuple]:
    """What is to be published on inbound topics."""
    select = "SELECT topic, key, headers, payload FROM outbox WHERE topic ~ '^in[.][^.]+[.][^.]+$' ORDER BY position"
    async with unit_of_work.read() as connection:
        rows = (await connection.exec_driver_sql(select)).all()
    return [(row.topic, row.key, dict(outbox.unpack(row.headers)), row.payload) for row in rows]


async def test_a_municipalitys_staff_reach_no_other_municipalitys_dead_letters(
    client, issuer, application, keep, unit_of_work
):
    await keep(application("2284"))
    region = issuer.headers(municipality=None, scope=OPERATIONS)
    sundsvall = issuer.headers(scope=OPERATIONS)
    [letter] = (await client.get("/dead-letters", headers=region)).json()["dead_letters"]

    assert (await client.get("/dead-letters", headers=sundsvall)).json()["dead_letters"] == []
    assert (await client.get(f"/dead-letters/{letter['id']}", headers=sundsvall)).status_code == 404
    replay = await client.post("/dead-letters/replay", json={"ids": [letter["id"]]}, headers=sundsvall)
    assert replay.json()["replayed"] == []
    assert await sent_again(unit_of_work) == []


async def test_a_replay_sends_the_record_as_it_was(client, issuer, unit_of_work):
    headers = [("ce_id", b"1"), ("odd", b"\xff\x00"), ("empty", None)]
    record = RawRecord("in.2281.admissions", 3, 9, 0, b"\x00key", b"\xffvalue", headers)
    async with unit_of_work() as work:
        work.set_aside(DeadLetter(record, None, "failed", []))

    answer = await client.post(
        "/dead-letters/replay",
        json={"reason": "failed"},
        headers=issuer.headers(municipality=None, scope=OPERATIONS),
    )

    assert len(answer.json()["replayed"]) == 1
    [(*where, sent, value)] = await sent_again(unit_of_work)
    assert (where, value) == (["in.2281.admissions", b"\x00key"], b"\xffvalue")
    assert sent == {**dict(headers), "samverk_replays": b"1"}


async def test_a_dry_run_tells_what_would_be_sent_and_sends_nothing(client, issuer, application, keep, unit_of_work):
    await keep(application())
    headers = issuer.headers(municipality=None, scope=OPERATIONS)
    order = {"reason": "breaks_a_rule", "dry_run": True}

    first = await client.post("/dead-letters/replay", json=order, headers=headers)
    second = await client.post("/dead-letters/replay", json=order, headers=headers)

    assert first.json() == second.json()
    assert len(first.json()["replayed"]) == 1
    assert await sent_again(unit_of_work) == []


async def test_replaying_by_reason_takes_each_once_and_by_id_at_most_three_times(
    client, issuer, application, keep, unit_of_work
):
    await keep(application())
    headers = issuer.headers(municipality=None, scope=OPERATIONS)

    async def replay(**order) -> dict:
        return (await client.post("/dead-letters/replay", json=order, headers=headers)).json()

    ids = (await replay(reason="breaks_a_rule"))["replayed"]
    assert (await replay(reason="breaks_a_rule"))["replayed"] == []
    await replay(ids=ids)
    await replay(ids=ids)

    assert await replay(ids=ids) == {"dry_run": False, "replayed": [], "held": ids}
    assert (await replay(ids=ids, force=True))["replayed"] == ids
    assert len(await sent_again(unit_of_work)) == 4


@pytest.mark.parametrize(
    "order", [{}, {"ids": [], "reason": None}, {"ids": [str(UUID(int=1))], "reason": "x"}, {"a": 1}]
)
async def test_a_replay_must_say_what(client, issuer, order):
    headers = issuer.headers(municipality=None, scope=OPERATIONS)

    assert (await client.post("/dead-letters/replay", json=order, headers=headers)).status_code == 422


async def test_who_replayed_what_is_logged(client, issuer, application, keep, unit_of_work):
    await keep(application())
    headers = issuer.headers(municipality=None, scope=OPERATIONS, sub="anna.operator")

    await client.post("/dead-letters/replay", json={"reason": "breaks_a_rule"}, headers=headers)

    async with unit_of_work.read() as connection:
        [line] = await log.read(connection, None, 10)
    assert (line["subject"], line["action"]) == ("anna.operator", "replay")
    assert line["arguments"]["reason"] == "breaks_a_rule"
    assert line["outcome"] == "1 sent, 0 held"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/dead-letters"), ("GET", f"/dead-letters/{UUID(int=1)}"), ("POST", "/dead-letters/replay")],
)
async def test_a_municipalitys_ordinary_token_opens_no_dead_letters(client, issuer, method, path):
    answer = await client.request(method, path, json={"reason": "x"}, headers=issuer.headers())

    assert answer.status_code == 403


async def test_structured_records_are_masked_too(client, issuer, unit_of_work, contracts):
    event = contracts.event(APPLICATION)
    found = incoming(APPLICATION, event["data"], municipality="2281", time=datetime.now(UTC))
    record = RawRecord("in.2281.admissions", 0, 1, 0, b"k", orjson.dumps(event), [])
    async with unit_of_work() as work:
        work.set_aside(DeadLetter(record, found, "breaks_a_rule", []))
    headers = issuer.headers(municipality=None, scope=OPERATIONS)
    [letter] = (await client.get("/dead-letters", headers=headers)).json()["dead_letters"]

    shown = (await client.get(f"/dead-letters/{letter['id']}", headers=headers)).json()

    assert shown["data"]["identity"] == "***"
    assert shown["data"]["choices"] == event["data"]["choices"]
