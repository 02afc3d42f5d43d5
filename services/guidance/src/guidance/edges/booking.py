"""How people who book without an account may be reached: what an address looks like."""

from typing import Final

# Without what separates addresses in a letter's head.
_SIGN: Final = r"[^@\s\x00-\x1f,;:<>()\[\]\"\\"
EMAIL: Final = rf"^{_SIGN}]{{1,64}}@{_SIGN}]{{1,180}}\.{_SIGN}.]{{2,24}}$"
PHONE: Final = r"^\+?[0-9][0-9 -]{4,19}$"
