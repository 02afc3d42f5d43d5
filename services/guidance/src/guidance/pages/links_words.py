"""What the pages of given links say, in both languages."""

from collections.abc import Mapping
from typing import Final

from shared.texts import Text

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "given_links": ("Bokningslänkar", "Booking links"),
    "links_what": (
        "Med en länk bokar, flyttar och avbokar en person utan konto. Varje länk är personlig.",
        "With a link a person without an account books, moves and cancels. Each link is for one person.",
    ),
    "links_give": ("Ge en länk", "Give a link"),
    "case": ("Ärende", "Case"),
    "links_case_hint": (
        "Uppföljningsärendets id. Lämna tomt för en person utan ärende.",
        "The follow-up case’s id. Leave empty for a person without one.",
    ),
    "links_case_unknown": (
        "Ärendet finns inte i din kommun. Ge länken från ärendets egen sida.",
        "There is no such case in your municipality. Give the link from the case’s own page.",
    ),
    "home_municipality": ("Hemkommun", "Home municipality"),
    "links_type": ("Bara för", "Only for"),
    "links_type_any": ("Alla typer av samtal", "All types of sessions"),
    "links_send": (
        "Länken skickas med e-post, annars med sms. Utan adress visas den för dig att lämna över.",
        "The link is sent by e-mail, else by SMS. Without an address it is shown to you to hand over.",
    ),
    "invite_language": ("Personens språk", "The person’s language"),
    "links_protected": ("Skyddade personuppgifter", "Protected identity"),
    "links_protected_hint": (
        "Bara telefonsamtal, och inget skickas: lämna över länken själv.",
        "Phone only, and nothing is sent: hand the link over yourself.",
    ),
    "links_do": ("Skapa länken", "Make the link"),
    "links_made": ("Länken är klar", "The link is made"),
    "links_by_email": ("Den är på väg med e-post.", "It is on its way by e-mail."),
    "links_by_sms": ("Den är på väg med sms.", "It is on its way by SMS."),
    "links_by_hand": ("Lämna över den till personen själv.", "Hand it over to the person yourself."),
    "links_once": (
        "Den gäller till och med {until} och visas bara nu. Den som har länken kan boka i personens ställe.",
        "It holds until {until} and is shown now only. Whoever has the link can book in the person’s place.",
    ),
    "links_address": ("Länken", "The link"),
    "links_open": ("Länkar som gäller", "Links that hold"),
    "links_none": ("Inga länkar gäller just nu.", "No links hold just now."),
    "links_for": ("För", "For"),
    "links_no_case": ("Person utan ärende", "Person without a case"),
    "links_created": ("Skapad", "Made"),
    "links_until": ("Gäller till", "Holds until"),
    "links_ahead": ("Bokade", "Booked"),
    "links_state": ("Överlämnad", "Delivered"),
    "links_sent": ("Skickad", "Sent"),
    "links_waits": ("Ska skickas", "To be sent"),
    "links_failed": ("Gick inte fram", "Not delivered"),
    "links_handed": ("Av dig", "By hand"),
    "links_renew": ("Ny länk", "New link"),
    "links_end": ("Avsluta", "End"),
    "links_what_to_do": ("Ändra", "Change"),
    "links_ended": ("Länken är avslutad. Bokade samtal står kvar.", "The link is ended. Booked sessions stand."),
    "links_gone": ("Länken finns inte längre.", "The link is no longer there."),
    "links_back": ("Till länkarna", "To the links"),
}
LINKS_WORDS: Final[dict[str, Text]] = {name: Text(*words) for name, words in _WORDS.items()}
