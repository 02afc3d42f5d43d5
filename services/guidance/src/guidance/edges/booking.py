"""How people who book without an account may be reached: what an address looks like."""

import re
from typing import Final

from shared.texts import Text

# Without what separates addresses in a letter's head.
_SIGN: Final = r"[^@\s\x00-\x1f,;:<>()\[\]\"\\"
EMAIL: Final = rf"^{_SIGN}]{{1,64}}@{_SIGN}]{{1,180}}\.{_SIGN}.]{{2,24}}$"
PHONE: Final = r"^\+?[0-9][0-9 -]{4,19}$"
_NOT_EMAIL: Final = Text(
    sv="Skriv e-postadressen så här: namn@exempel.se.", en="Write the e-mail address like this: name@example.com."
)
_NOT_PHONE: Final = Text(
    sv="Skriv telefonnumret med siffror, till exempel 070-123 45 67 eller +46 70 123 45 67.",
    en="Write the telephone number in digits, such as 070-123 45 67 or +46 70 123 45 67.",
)


def valid_email(entered: str) -> str:
    """The address without spaces around it. Raises ValueError with a Text for the reader."""
    if not re.match(EMAIL, entered.strip()):
        raise ValueError(_NOT_EMAIL)
    return entered.strip()


def valid_phone(entered: str) -> str:
    """The number without spaces around it. Raises ValueError with a Text for the reader."""
    if not re.match(PHONE, entered.strip()):
        raise ValueError(_NOT_PHONE)
    return entered.strip()
