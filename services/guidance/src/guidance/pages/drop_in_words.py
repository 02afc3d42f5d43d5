"""What the pages of the drop-in queue and of calendars say, in both languages."""

from collections.abc import Mapping
from typing import Final

from shared.texts import Text

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "drop_in": ("Prata med en vägledare nu", "Talk to a counsellor now"),
    "drop_in_what": (
        "Utan bokad tid och utan konto. Du behöver inte säga vad du heter.",
        "No appointment and no account. You need not tell your name.",
    ),
    "drop_in_open": ("Öppet nu", "Open now"),
    "drop_in_waiting": ("{number} väntar", "{number} waiting"),
    "drop_in_closed": ("Stängt just nu", "Closed just now"),
    "drop_in_closed_what": ("Ingen vägledare har jour just nu.", "No counsellor is on duty just now."),
    "drop_in_opens": ("Vi öppnar {time}.", "We open {time}."),
    "drop_in_home": ("Din hemkommun", "Your home municipality"),
    "drop_in_language": ("Språk", "Language"),
    "drop_in_channel": ("Hur vill du prata?", "How do you want to talk?"),
    "drop_in_video": ("Videosamtal i webbläsaren", "Video call in the browser"),
    "drop_in_phone": ("Vi ringer dig", "We call you"),
    "drop_in_call_in": ("Jag ringer själv", "I call you"),
    "drop_in_number": ("Telefonnummer", "Telephone number"),
    "drop_in_number_hint": (
        "Bara om vi ska ringa dig. Numret raderas när samtalet är slut.",
        "Only if we are to call you. The number is erased when the call is over.",
    ),
    "drop_in_protected": (
        "Har du skyddade personuppgifter? Välj ”Jag ringer själv”. Då lämnar du ingenting här.",
        "Is your identity protected? Choose “I call you”. Then you leave nothing here.",
    ),
    "drop_in_join": ("Ställ dig i kön", "Join the queue"),
    "ticket": ("Din kölapp", "Your ticket"),
    "ticket_number": ("Nummer {number}", "Number {number}"),
    "ticket_first": ("Du är först i kön.", "You are first in the queue."),
    "ticket_place": ("{number} före dig i kön.", "{number} before you in the queue."),
    "ticket_keep": (
        "Låt sidan vara öppen. Den uppdateras av sig själv.",
        "Keep this page open. It updates by itself.",
    ),
    "ticket_called": ("Det är din tur", "It is your turn"),
    "ticket_meet": ("Gå in i mötet", "Enter the meeting"),
    "ticket_no_room": (
        "Videomötet kunde inte öppnas. Ring {phone} och säg ditt nummer.",
        "The video meeting could not be opened. Call {phone} and tell your number.",
    ),
    "ticket_phone": ("Vägledaren ringer dig nu.", "The counsellor is calling you now."),
    "ticket_call": ("Ring {phone} nu och säg ditt nummer.", "Call {phone} now and tell your number."),
    "ticket_leave": ("Lämna kön", "Leave the queue"),
    "ticket_done": ("Avsluta", "Done"),
    "ticket_update": ("Uppdatera", "Update"),
    "ticket_over": ("Kölappen gäller inte längre", "The ticket is no longer valid"),
    "ticket_over_helped": (
        "Samtalet är avslutat. Tack för att du hörde av dig.",
        "The talk is over. Thank you for getting in touch.",
    ),
    "ticket_over_left": ("Du har lämnat kön.", "You have left the queue."),
    "ticket_over_timed_out": (
        "Sidan var inte öppen på några minuter, så platsen gick vidare. Ställ dig gärna i kön igen.",
        "The page was not open for some minutes, so the place was passed on. You are welcome to join again.",
    ),
    "ticket_over_closed": (
        "Jouren hann stänga innan det blev din tur. Vi är ledsna för det; kom gärna tillbaka eller boka en tid.",
        "The rota closed before it was your turn. We are sorry; please come back or book a time.",
    ),
    "ticket_over_no_show": (
        "Vägledaren nådde dig inte. Ställ dig gärna i kön igen.",
        "The counsellor did not reach you. You are welcome to join again.",
    ),
    "ticket_again": ("Till drop-in", "To drop-in"),
    # the counsellor's side
    "queue": ("Drop-in", "Drop-in"),
    "queue_what": ("De som väntar på den som har jour.", "Those who wait for whoever is on duty."),
    "queue_on": ("Du har jour", "You are on duty"),
    "queue_off": ("Du har inte jour nu", "You are not on duty now"),
    "queue_take": ("Ta emot nästa", "Take the next"),
    "queue_none": ("Ingen väntar.", "Nobody waits."),
    "queue_ticket": ("Nummer", "Number"),
    "queue_waited": ("Har väntat", "Has waited"),
    "queue_channel": ("Sätt", "Way"),
    "queue_visit": ("Pågående besök: nummer {number}", "Visit under way: number {number}"),
    "queue_room": ("Öppna mötet", "Open the meeting"),
    "queue_call": ("Ring {phone}", "Call {phone}"),
    "queue_calls": ("Besökaren ringer in och säger nummer {number}.", "The visitor calls and tells number {number}."),
    "queue_no_room": ("Ingen leverantör av videomöten är inställd.", "No provider of video meetings is set."),
    "queue_helped": ("Klart", "Done"),
    "queue_no_show": ("Kom inte", "Did not come"),
    "queue_ended": (
        "Besöket är avslutat. Det besökaren lämnade är raderat.",
        "The visit is ended. What the visitor left is erased.",
    ),
    "queue_taken": ("Nästa besökare är kallad.", "The next visitor is called."),
    # calendars
    "calendars": ("Kalendrar", "Calendars"),
    "calendars_what": (
        "Följ dina pass och samtal i din egen kalender, och låt andra kalendrar visa när du är upptagen.",
        "Follow your shifts and talks in your own calendar, and let other calendars show when you are busy.",
    ),
    "feed": ("Min kalender från Samverk", "My calendar from Samverk"),
    "feed_what": (
        (
            "En hemlig adress att prenumerera på i Outlook, Google eller telefonen. Den visar tider och "
            "sätt, aldrig vem du möter. Samtal med skyddade personuppgifter visas bara som ”Upptagen”."
        ),
        (
            "A secret address to subscribe to in Outlook, Google or your phone. It shows times and ways, "
            "never whom you meet. Talks with protected identities are shown only as “Upptagen” (busy)."
        ),
    ),
    "feed_none": ("Du har ingen adress.", "You have no address."),
    "feed_since": ("Adressen skapades {time}.", "The address was made {time}."),
    "feed_read": ("Senast hämtad {time}.", "Last fetched {time}."),
    "feed_unread": ("Den har inte hämtats än.", "It has not been fetched yet."),
    "feed_make": ("Skapa adress", "Make an address"),
    "feed_new": ("Byt till en ny adress", "Change to a new address"),
    "feed_revoke": ("Återkalla adressen", "Revoke the address"),
    "feed_address": ("Din adress", "Your address"),
    "feed_once": (
        "Den visas bara nu. Dela den inte: den som har adressen ser din kalender.",
        "It is shown only now. Do not share it: whoever has the address sees your calendar.",
    ),
    "feed_revoked": ("Adressen gäller inte längre.", "The address is void."),
    "sources": ("Kalendrar som visar när jag är upptagen", "Calendars that show when I am busy"),
    "sources_what": (
        (
            "Tider då du är upptagen i andra kalendrar kan inte bokas. Vi läser bara tiderna, sparar varken "
            "rubrik eller plats, och ändrar aldrig något i din kalender."
        ),
        (
            "Times when you are busy in other calendars cannot be booked. We read only the times, keep "
            "neither title nor place, and never change anything in your calendar."
        ),
    ),
    "sources_none": ("Ingen kalender är tillagd.", "No calendar is added."),
    "source": ("Kalender", "Calendar"),
    "source_state": ("Läge", "State"),
    "source_ok": ("Läst {time}", "Read {time}"),
    "source_busy": ("{number} upptagna tider framåt", "{number} busy times ahead"),
    "source_waiting": ("Läses strax för första gången", "Is soon read for the first time"),
    "source_old": ("Tiderna är från {time}.", "The times are from {time}."),
    "source_never": ("Inga tider har kunnat läsas.", "No times could be read."),
    "source_passed_over": (
        "{number} händelser kunde inte tolkas; övriga gäller.",
        "{number} events could not be understood; the others count.",
    ),
    "source_read": ("Läs nu", "Read now"),
    "source_will_read": ("Kalendern läses inom en minut.", "The calendar is read within a minute."),
    "source_remove": ("Ta bort", "Remove"),
    "source_removed": (
        "Kalendern och dess tider är borttagna här. Kalendern själv är orörd.",
        "The calendar and its times are removed here. The calendar itself is untouched.",
    ),
    "source_add": ("Lägg till en kalender", "Add a calendar"),
    "source_added": (
        "Kalendern är tillagd och läses inom en minut.",
        "The calendar is added and is read within a minute.",
    ),
    "source_kind": ("Slag", "Kind"),
    "source_ics": ("Adress till en kalenderfil (ICS)", "Address of a calendar file (ICS)"),
    "source_caldav": ("CalDAV-konto", "CalDAV account"),
    "source_address": ("Adress", "Address"),
    "source_address_hint": ("Börjar med https:// eller webcal://", "Begins with https:// or webcal://"),
    "source_user": ("Användarnamn", "User name"),
    "source_password": ("Lösenord", "Password"),
    "source_password_hint": (
        "Använd helst ett applösenord. Sparas krypterat.",
        "Preferably an app password. Kept encrypted.",
    ),
    "fault_address_refused": (
        "Adressen är inte tillåten. Den ska börja med https:// och gå att nå utifrån.",
        "The address is not allowed. It must begin with https:// and be reachable from outside.",
    ),
    "fault_unreachable": ("Servern svarar inte.", "The server does not answer."),
    "fault_timeout": ("Servern svarade för långsamt.", "The server answered too slowly."),
    "fault_too_large": ("Kalendern är för stor (över 5 MB).", "The calendar is too large (over 5 MB)."),
    "fault_unauthorized": ("Fel användarnamn eller lösenord.", "Wrong user name or password."),
    "fault_not_found": ("Det finns ingen kalender på adressen.", "There is no calendar at the address."),
    "fault_refused": ("Servern lämnade inte ut kalendern.", "The server did not give the calendar."),
    "fault_not_a_calendar": ("Det som finns på adressen är ingen kalender.", "What is at the address is no calendar."),
    "fault_no_calendar": ("Kontot har ingen kalender.", "The account has no calendar."),
    "fault_key_missing": (
        "Nyckeln till uppgifterna saknas; ta bort kalendern och lägg till den igen.",
        "The key to its details is missing; remove the calendar and add it again.",
    ),
}

DROP_IN_WORDS: Final = {name: Text(sv, en) for name, (sv, en) in _WORDS.items()}
