"""What is wrong with a report, said so that its sender can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `field` is a JSON pointer (RFC 6901), `code` a constant name, `sv` and `en` say what to mend.

    The sentences never repeat a value that may be personal.
    """

    field: str
    code: str
    sv: str
    en: str


class Refused(Exception):
    """The report breaks a rule and is not taken."""

    def __init__(self, code: str, *faults: Fault) -> None:
        super().__init__(code)
        self.code = code
        self.faults = faults
