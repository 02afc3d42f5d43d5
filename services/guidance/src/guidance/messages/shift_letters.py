"""The letter that tells a counsellor of changed shifts. It names nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from babel.dates import format_datetime

from guidance.domain.times import SWEDEN
from shared.texts import Text

_SUBJECT: Final = Text("Ändringar i din jour", "Changes of your shifts")
_KINDS: Final = {
    "shift_added": Text("Nytt pass", "New shift"),
    "shift_moved": Text("Flyttat pass", "Moved shift"),
    "shift_withdrawn": Text("Inte längre ditt pass", "No longer your shift"),
    "swap_asked": Text("En kollega frågar om ett byte", "A colleague asks for a swap"),
    "swap_accepted": Text("Ditt byte är godtaget", "Your swap is accepted"),
    "swap_declined": Text("Ingen tog ditt pass", "Nobody took your shift"),
    "swap_stray": Text("Bytet gäller inte längre", "The swap is void"),
}
_MORE: Final = Text("och {number} till", "and {number} more")
_WHERE: Final = Text("Se dina pass: {address}", "See your shifts: {address}")
_WHY: Final = Text(
    "Du får brevet för att du har bett om det. Ändra eller avsluta det på samma sida.",
    "You get this letter because you asked for it. Change or end it on the same page.",
)
_MOST_LINES: Final = 20


def shift_letter(news: Sequence[tuple[str, datetime, datetime]], language: str, address: str) -> tuple[str, str]:
    """Subject and text for these (kind, beginning, end), as Swedish clocks show them."""

    def say(text: Text) -> str:
        return text.en if language == "en" else text.sv

    def when(at: datetime, pattern: str) -> str:
        return format_datetime(at.astimezone(SWEDEN), pattern, tzinfo=SWEDEN, locale=language)

    lines = [
        f"- {say(_KINDS[kind])}: {when(begins, 'EEE d MMM y HH:mm')}–{when(ends, 'HH:mm')}"
        for kind, begins, ends in news[:_MOST_LINES]
    ]
    if len(news) > _MOST_LINES:
        lines.append(f"  {say(_MORE).format(number=len(news) - _MOST_LINES)}")
    return say(_SUBJECT), "\n".join([*lines, "", say(_WHERE).format(address=address), "", say(_WHY), ""])
