"""Why a session can't be booked, moved, cancelled or settled. The docstring is what the user reads."""


class CaseClosed(Exception):
    """The case is closed; only an open case can have sessions booked."""

    sv = "Ärendet är stängt; samtal kan bara bokas i ett öppet ärende."


class TypeUnknown(Exception):
    """There is no such type of session; GET /session-types lists them."""

    sv = "Samtalstypen finns inte; GET /session-types räknar upp dem."


class LinkTypeClosed(Exception):
    """That type of session can't be booked by this link; choose one of those shown."""

    sv = "Den typen av samtal kan inte bokas med länken; välj en av dem som visas."


class ChannelNotOffered(Exception):
    """The counsellor does not meet through that channel; choose one of the channels of the slot."""

    sv = "Vägledaren möter inte i den kanalen; välj en av kanalerna som tiden anger."


class PhoneOnly(Exception):
    """For this person sessions are held by phone only; choose a time by phone."""

    sv = "För den här personen hålls samtal bara per telefon; välj en tid per telefon."


class NotASlot(Exception):
    """The counsellor has no such time; choose one of the times of GET /slots."""

    sv = "Vägledaren har ingen sådan tid; välj en av tiderna i GET /slots."


class TooSoon(Exception):
    """The time is too near or has passed; choose a later one."""

    sv = "Tiden är för nära inpå eller har passerat; välj en senare."


class TooFarAhead(Exception):
    """The time is too far ahead to be booked by link; choose an earlier one."""

    sv = "Tiden ligger för långt fram för att bokas med länk; välj en tidigare."


class DayFull(Exception):
    """The counsellor has no room for more sessions that day; choose another day."""

    sv = "Vägledaren har inte plats för fler samtal den dagen; välj en annan dag."


class TooMany(Exception):
    """You have as many sessions booked as one may have now; cancel or move one, or wait until it has been."""

    sv = "Du har så många samtal bokade som man får ha nu; avboka eller flytta ett, eller vänta tills det har varit."


class SlotTaken(Exception):
    """The time is taken; choose another."""

    sv = "Tiden är upptagen; välj en annan."


class CaseBusy(Exception):
    """The case already has a session at that time; choose another time or cancel that session first."""

    sv = "Ärendet har redan ett samtal på den tiden; välj en annan tid eller avboka det samtalet först."


class AlreadyCancelled(Exception):
    """The session is already cancelled."""

    sv = "Samtalet är redan avbokat."


class AlreadySettled(Exception):
    """The session has been; it can no longer be changed."""

    sv = "Samtalet har varit och kan inte längre ändras."


class AlreadyBegun(Exception):
    """The session has begun and can no longer be cancelled or moved."""

    sv = "Samtalet har börjat och kan inte längre avbokas eller flyttas."


class NotYetBegun(Exception):
    """The session has not begun yet; say afterwards whether it was held."""

    sv = "Samtalet har inte börjat än; ange efteråt om det blev av."
