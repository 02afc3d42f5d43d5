"""The page kit: two languages, escaping, state without a database, and static files of our own."""

from datetime import UTC, datetime

import pytest

from shared import start
from shared.database import create_engine
from shared.dead_letters import DeadLetter
from shared.events import Outgoing
from shared.inbox import enter
from shared.page_words import WORDS
from shared.testing import RawRecord, incoming
from shared.texts import Text
from shared.work import UnitOfWork

from .conftest import REPLY, client_of
from .sample import Figure, Overview, app_of, sample_state

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
async def client():
    async with client_of(app_of(Overview(sample_state()))) as made:
        yield made


@pytest.mark.parametrize(
    ("query", "header", "language", "title"),
    [
        ("", "", "sv", "Antagning"),
        ("", "de", "sv", "Antagning"),
        ("", "en-GB,en;q=0.9", "en", "Admissions"),
        ("?lang=en", "sv", "en", "Admissions"),
        ("?lang=x", "", "sv", "Antagning"),
    ],
)
async def test_pages_are_swedish_unless_the_reader_asks_otherwise(client, query, header, language, title):
    page = await client.get(f"/{query}", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in page.text
    assert f"<h1>{title}</h1>" in page.text
    assert page.headers["content-language"] == language


async def test_the_language_chosen_is_remembered(client):
    chosen = await client.get("/?lang=en")
    later = await client.get("/", headers={"Accept-Language": "sv"})

    assert "HttpOnly" in chosen.headers["set-cookie"]
    assert '<html lang="en">' in later.text
    assert "set-cookie" not in later.headers


async def test_numbers_are_written_as_the_reader_does(client):
    assert "12 345".replace(" ", "\xa0") in (await client.get("/?lang=sv")).text
    assert "12,345" in (await client.get("/?lang=en")).text


async def test_the_navigation_leads_to_the_other_services_and_marks_this_one(client):
    page = (await client.get("/")).text

    for name, label in (("catalogue", "Utbud"), ("pricing", "Priser"), ("guidance", "Vägledning")):
        assert f'<a href="http://{name}.example/">{label}</a>' in page
    assert '<a href="/" aria-current="true">Antagning</a>' in page


async def test_nothing_is_fetched_from_elsewhere_or_stands_inline(client):
    page = (await client.get("/")).text

    assert "<style" not in page
    assert "style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count('<script src="/static/')


async def test_a_browser_gets_a_problem_as_a_page_and_a_program_as_a_document(client):
    page = await client.get("/fails", headers=HTML)
    document = await client.get("/fails", headers={"Accept": "*/*"})

    assert page.status_code == document.status_code == 409
    assert "Omgången är &lt;b&gt;stängd&lt;/b&gt;." in page.text
    assert document.headers["content-type"] == "application/problem+json"


async def test_a_page_that_does_not_exist_is_told_in_swedish(client):
    page = await client.get("/nothing", headers=HTML)

    assert page.status_code == 404
    assert "Finns inte" in page.text


async def test_static_files_are_kept_by_version_alone(client):
    page = (await client.get("/")).text
    address = page.partition('href="/static/page.css')[2].partition('"')[0]

    versioned = await client.get(f"/static/page.css{address}")
    plain = await client.get("/static/page.css")
    missing = await client.get("/static/../pages.py")

    assert "immutable" in versioned.headers["cache-control"]
    assert "cache-control" not in plain.headers
    assert missing.status_code == 404


def test_every_word_is_said_in_both_languages():
    for name, text in WORDS.items():
        assert text.sv, name
        assert text.en, name


async def test_the_fragment_is_the_state_and_not_the_whole_page(client):
    fragment = (await client.get("/fragments/state?lang=en")).text

    assert "Application submitted" in fragment
    assert "<html" not in fragment


@pytest.fixture
def overview_of():
    def make(unit_of_work: UnitOfWork, checks: dict | None = None) -> start.Overview:
        async def figures(connection) -> list[Figure]:
            number = (await connection.exec_driver_sql("SELECT 40 + 2")).scalar_one()
            return [Figure(Text(sv="Svar", en="Answer"), str(number))]

        titles = {REPLY: Text(sv="Svar lämnat", en="Reply given")}
        return start.Overview(unit_of_work, titles, figures, checks or {}, lambda: datetime.now(UTC))

    return make


async def test_the_state_is_what_stands_in_the_database(unit_of_work, overview_of):
    events = [incoming(REPLY, {}, municipality="2281", id=str(n)) for n in range(3)]
    strange = incoming("se.samverk.made.up.v1", {}, municipality="2281")
    record = RawRecord("in.2281.admissions", 0, 1, 0, b"k", b"{}", [])
    async with unit_of_work() as work:
        await enter(work.connection, events)
        work.refuse(events[2], "breaks_a_rule")
        work.set_aside(DeadLetter(record, strange, "unknown_type", []))
        work.announce(Outgoing(type=REPLY, subject="s", data={}))

    state = await overview_of(unit_of_work).state()

    assert [figure.value for figure in state.figures] == ["42"]
    assert [(flow.type, flow.taken, flow.refused) for flow in state.flows] == [(REPLY, 2, 1), ("", 0, 1)]
    assert state.waiting == 5  # the event, and for each refusal the dead letter and the answer
    assert state.well


async def test_readers_share_one_look_at_the_database(unit_of_work, overview_of):
    overview = overview_of(unit_of_work)

    assert await overview.state() is await overview.state()


async def test_without_the_database_the_page_still_tells_that(overview_of):
    away = create_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    async with client_of(app_of(overview_of(UnitOfWork(away, "admissions")))) as client:
        page = await client.get("/")

    assert page.status_code == 200
    assert "Siffrorna går inte att hämta just nu." in page.text
    await away.dispose()


async def test_a_failed_check_is_said_in_words():
    state = sample_state({"database": "ok", "migrations": "failed", "broker": "no answer", "more": "ok"})
    async with client_of(app_of(Overview(state))) as client:
        page = (await client.get("/?lang=en")).text

    assert "Something does not work" in page
    assert page.count("Does not work") == 2
