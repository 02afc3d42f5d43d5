"""News of shifts by e-mail: to those who asked, together, once, and again when it could not be sent."""

import mailbox
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.mail import Message, Sender, senders_of
from guidance.commands.rota.layers import remove_layer
from guidance.commands.rota.mail import mail_news
from guidance.settings import Secrets

from .follow_up_steps import Door
from .follow_up_steps import door as door_at
from .rota_steps import ANNA, BERIT, LAYER, NOW, ROTA, counsellors, layer, rota
from .steps import at, scalar

LATER = NOW + timedelta(minutes=3)
ADDRESS = {"address": "anna.ek@sundsvall.example", "language": "sv"}


@pytest.fixture
def door(engine: AsyncEngine) -> Door:
    return door_at(engine, NOW)


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    found = senders_of(Secrets(mail=f"maildir:{tmp_path}/box", link_key=SecretStr("l" * 40))).mail
    assert found is not None
    return found


class Broken:
    async def send(self, message: Message) -> None:
        raise OSError("no such server")


async def mailed(engine: AsyncEngine, sender: Sender | None, minutes: int = 3) -> bool:
    return await mail_news(sender, "https://samverk.example/")(at(engine, NOW + timedelta(minutes=minutes)))


def letters(folder: Path) -> list[str]:
    box = mailbox.Maildir(folder / "box")
    return [letter.get_payload(decode=True).decode() for letter in box if isinstance(letter, mailbox.MaildirMessage)]


async def test_what_changes_is_mailed_in_one_letter_to_who_asked_for_it(
    engine: AsyncEngine, door: Door, sender: Sender, tmp_path: Path
) -> None:
    await counsellors(engine)
    assert (await door(ANNA).put("/my/notices/mail", json=ADDRESS)).status_code == 204
    assert (await door(BERIT).put("/my/notices/mail", json={"address": "ingen"})).status_code == 422
    await rota(engine, layer(participants=(ANNA, BERIT)))
    assert await mailed(engine, sender, minutes=1) is False  # more may come in a moment
    assert await mailed(engine, None) is False
    assert await mailed(engine, sender) is True
    assert await mailed(engine, sender) is False
    [letter] = letters(tmp_path)
    assert "- Nytt pass: mån 16 aug. 2027 08:00–16:00" in letter
    assert "https://samverk.example/rota" in letter
    assert "Ek" not in letter
    await remove_layer(ROTA, LAYER, at(engine, NOW))
    assert await mailed(engine, sender) is True
    assert any("- Inte längre ditt pass" in each for each in letters(tmp_path))


async def test_old_news_and_what_is_read_are_not_mailed(
    engine: AsyncEngine, door: Door, sender: Sender, tmp_path: Path
) -> None:
    await rota(engine)
    assert (await door(ANNA).put("/my/notices/mail", json=ADDRESS)).status_code == 204
    assert await mailed(engine, sender) is False
    await remove_layer(ROTA, LAYER, at(engine, NOW))
    assert (await door(ANNA).post("/my/notices/read")).status_code == 204
    assert await mailed(engine, sender) is False
    assert (await door(ANNA).delete("/my/notices/mail")).status_code == 204
    assert await scalar(engine, "SELECT count(*) FROM shift_mail") == 0


async def test_what_could_not_be_sent_is_tried_again_in_a_while(
    engine: AsyncEngine, door: Door, sender: Sender, tmp_path: Path
) -> None:
    await counsellors(engine)
    await door(ANNA).put("/my/notices/mail", json=ADDRESS | {"language": "en"})
    await rota(engine)
    assert await mailed(engine, Broken()) is True
    assert await mailed(engine, sender, minutes=4) is False
    assert await mailed(engine, sender, minutes=19) is True
    [letter] = letters(tmp_path)
    assert "- New shift: Mon 16 Aug 2027 08:00–16:00" in letter
