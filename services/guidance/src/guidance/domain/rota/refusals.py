"""Why something cannot be done with the rota. The docstring is what the user reads."""


class RotaUnknown(Exception):
    """There is no such rota; GET /rotas lists them."""

    sv = "Jourschemat finns inte; GET /rotas räknar upp dem."


class LayerUnknown(Exception):
    """There is no such layer in the rota."""

    sv = "Lagret finns inte i jourschemat."


class OverrideUnknown(Exception):
    """There is no such override in the rota."""

    sv = "Undantaget finns inte i jourschemat."


class ParticipantUnknown(Exception):
    """Somebody named is no counsellor known here; their municipality reports them first."""

    sv = "Någon som anges är ingen känd vägledare; kommunen rapporterar dem först."


class ShiftUnknown(Exception):
    """There is no such shift any longer; look at the rota again."""

    sv = "Passet finns inte längre; titta i schemat igen."


class NotYourShift(Exception):
    """The shift is somebody else's; only who has a shift can offer it or write its hand-over."""

    sv = "Passet är någon annans; bara den som har passet kan erbjuda det eller skriva överlämning."


class ShiftBegun(Exception):
    """The shift has begun and can no longer be swapped."""

    sv = "Passet har börjat och kan inte längre bytas."


class AlreadyOffered(Exception):
    """The shift is already offered; withdraw that offer first."""

    sv = "Passet är redan erbjudet; ta tillbaka erbjudandet först."


class OfferUnknown(Exception):
    """There is no such offer to you; it may have been taken or withdrawn."""

    sv = "Erbjudandet finns inte för dig; det kan vara taget eller tillbakadraget."


class OfferClosed(Exception):
    """The offer has been answered, withdrawn, or its shift has changed hands."""

    sv = "Erbjudandet är besvarat, tillbakadraget eller så har passet bytt ägare."


class OwnOffer(Exception):
    """The offer is your own; a colleague answers it."""

    sv = "Erbjudandet är ditt eget; en kollega svarar på det."


class NotInRota(Exception):
    """Whom you ask takes no turns in this rota."""

    sv = "Den du frågar går ingen jour i schemat."


class Occupied(Exception):
    """Who would take the shift is on duty, booked or absent at that time."""

    sv = "Den som skulle ta passet har jour, är bokad eller är frånvarande då."


class RequirementUnknown(Exception):
    """There is no such requirement of cover."""

    sv = "Bemanningskravet finns inte."


class NotOnDuty(Exception):
    """Only who is on duty now can take the next in the queue."""

    sv = "Bara den som har jour nu kan ta emot nästa i kön."


class QueueClosed(Exception):
    """Nobody is on duty now, so the queue is closed."""

    sv = "Ingen har jour just nu, så kön är stängd."


class QueueFull(Exception):
    """The queue is full; try again a little later or book a time."""

    sv = "Kön är full; försök igen om en stund eller boka en tid."


class TicketUnknown(Exception):
    """The ticket is not valid; join the queue again."""

    sv = "Kölappen gäller inte; ställ dig i kön igen."


class VisitUnknown(Exception):
    """You have no such visit under way."""

    sv = "Du har inget sådant besök på gång."
