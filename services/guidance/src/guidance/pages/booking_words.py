"""What the booking pages say, in both languages."""

from collections.abc import Mapping
from typing import Final

from guidance.pages.rota_words import LANGUAGES as _SPOKEN
from shared.texts import Text

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "book": ("Boka vägledning", "Book guidance"),
    "book_choose": ("Välj en tid", "Choose a time"),
    "book_choose_what": (
        "Tryck på en tid som passar. Du bekräftar på nästa sida.",
        "Press a time that suits you. You confirm on the next page.",
    ),
    "book_move": ("Flytta samtalet", "Move the session"),
    "book_move_what": (
        "Du har {when}. Den tiden är din tills du har bekräftat en ny.",
        "You have {when}. That time is yours until you have confirmed another.",
    ),
    "book_type": ("Vad gäller det?", "What is it about?"),
    "book_channel": ("Hur vill du prata?", "How do you want to talk?"),
    "book_language": ("Språk", "Language"),
    "book_any": ("Spelar ingen roll", "Any"),
    "book_where": ("Vägledarens kommun", "The counsellor’s municipality"),
    "book_from": ("Tidigast", "Not before"),
    "book_same": ("Bara {name}, som du träffade sist", "Only {name}, whom you met last"),
    "book_more": ("Fler val", "More choices"),
    "book_show": ("Visa tider", "Show times"),
    "book_zone": ("Alla tider är svensk tid.", "All times are Swedish time."),
    "book_clocks": (
        "Klockan ställs om under den här tiden. Tiderna är så som klockan visar den dagen.",
        "The clocks change in this period. The times are as the clock shows that day.",
    ),
    "book_later": ("Visa senare tider", "Show later times"),
    "book_none": ("Det finns inga lediga tider med de valen", "There are no free times for those choices"),
    "book_none_what": (
        "Ändra valen, eller ställ dig i kö så får du nästa tid som blir ledig.",
        "Change the choices, or join the waitlist to get the next time that becomes free.",
    ),
    "book_no_time": ("Passar ingen tid?", "No time that suits you?"),
    "book_queue_what": (
        "Ställ dig i kö. När en tid blir ledig får den som har väntat längst frågan först.",
        "Join the waitlist. When a time becomes free, the one who has waited longest is asked first.",
    ),
    "book_queue": ("Ställ dig i kö", "Join the waitlist"),
    "book_confirm": ("Bekräfta tiden", "Confirm the time"),
    "book_time": ("Tid", "Time"),
    "book_zone_label": ("Tidszon", "Time zone"),
    "book_how": ("Hur", "How"),
    "book_who": ("Vägledare", "Counsellor"),
    "book_length": ("{minutes} minuter", "{minutes} minutes"),
    "book_was": ("Tiden du har nu", "The time you have now"),
    "book_reach": ("Hur når vi dig?", "How do we reach you?"),
    "book_reach_what": (
        "Vi skickar bekräftelse och påminnelse dit. Uppgifterna raderas {days} dagar efter ditt sista samtal.",
        "Confirmation and reminder are sent there. The details are erased {days} days after your last session.",
    ),
    "book_known": (
        "Vi har redan dina kontaktuppgifter. Fyll bara i det du vill ändra.",
        "We already have your contact details. Fill in only what you want to change.",
    ),
    "book_reach_protected": (
        "Numret används bara för att ringa dig. Vi skickar inga meddelanden och lägger inget i någon kalender.",
        "The number is used to call you only. No messages are sent and nothing is put in any calendar.",
    ),
    "book_rings": (
        "Vägledaren ringer det här numret när samtalet börjar.",
        "The counsellor calls this number when the session begins.",
    ),
    "email": ("E-post", "E-mail"),
    "phone_number": ("Telefonnummer", "Telephone number"),
    "wait_until": ("Vänta till och med", "Wait until"),
    "book_either": ("Fyll i minst ett av dem.", "Fill in at least one of them."),
    "book_do": ("Boka tiden", "Book the time"),
    "book_do_move": ("Flytta hit", "Move to this time"),
    "book_other": ("Välj en annan tid", "Choose another time"),
    "book_booked": ("Tiden är bokad.", "The time is booked."),
    "book_moved": ("Samtalet är flyttat.", "The session has been moved."),
    "book_cancelled": ("Samtalet är avbokat.", "The session is cancelled."),
    "book_gone": ("Det samtalet går inte längre att ändra.", "That session can no longer be changed."),
    "book_taken": ("Tiden hann bli bokad", "The time was just taken"),
    "book_taken_what": (
        "Någon annan var före. Här är de närmaste lediga tiderna.",
        "Somebody else was quicker. These are the nearest free times.",
    ),
    "book_taken_move": (
        "Någon annan var före. Du har kvar din gamla tid. Här är de närmaste lediga.",
        "Somebody else was quicker. You still have your old time. These are the nearest free ones.",
    ),
    "book_taken_none": (
        "Någon annan var före, och det finns inga andra lediga tider i närheten.",
        "Somebody else was quicker, and there are no other free times nearby.",
    ),
    "book_all": ("Visa alla tider", "Show all times"),
    "book_stop": ("Det gick inte att boka", "It could not be booked"),
    "book_own": ("Dina samtal", "Your sessions"),
    "book_session": ("Ditt samtal", "Your session"),
    "book_session_show": ("Visa", "Show"),
    "book_session_move": ("Flytta", "Move"),
    "book_session_cancel": ("Avboka", "Cancel"),
    "book_join": ("Anslut", "Join"),
    "book_opens": ("Du kan ansluta från {time}.", "You can join from {time}."),
    "book_bring": ("Ta med", "Bring"),
    "book_calendar": ("Lägg i kalendern", "Add to calendar"),
    "book_begun": ("Samtalet har börjat.", "The session has begun."),
    "book_call": ("Behöver du nå vägledaren? Ring {phone}.", "Need to reach the counsellor? Call {phone}."),
    "book_told": (
        "En bekräftelse är på väg till dig.",
        "A confirmation is on its way to you.",
    ),
    "book_reminded": ("Du får en påminnelse innan.", "You will be reminded before it."),
    "book_keep": (
        "Spara länken till den här sidan. Med den flyttar, avbokar och ansluter du.",
        "Keep the link to this page. It lets you move, cancel and join.",
    ),
    "book_on_site": ("På plats i {place}", "On site in {place}"),
    "book_on_site_what": (
        "Vägledaren berättar var ni ses.",
        "The counsellor tells you where you meet.",
    ),
    "book_cancel": ("Vill du avboka?", "Do you want to cancel?"),
    "book_cancel_what": ("Tiden går då till någon annan.", "The time then goes to somebody else."),
    "book_cancel_do": ("Ja, avboka", "Yes, cancel"),
    "book_cancel_not": ("Nej, behåll tiden", "No, keep the time"),
    "book_another": ("Boka ett samtal till", "Book another session"),
    "book_offer": ("En tid har blivit ledig", "A time has become free"),
    "book_offer_what": (
        "Den hålls åt dig till {until}. Sedan går den till nästa i kön.",
        "It is held for you until {until}. Then it goes to the next in line.",
    ),
    "book_take": ("Ta tiden", "Take the time"),
    "book_decline": ("Nej tack, jag väntar på en annan", "No thanks, I wait for another"),
    "book_declined": ("Du står kvar i kön.", "You are still in line."),
    "book_offer_over": (
        "Erbjudandet gäller inte längre. Tiden har gått till nästa i kön.",
        "The offer is no longer open. The time has gone to the next in line.",
    ),
    "book_waiting": ("Du står i kö", "You are on the waitlist"),
    "book_waiting_for": ("{type}, {how}, till och med {until}.", "{type}, {how}, until {until}."),
    "book_waiting_with": ("Bara hos {name}.", "Only with {name}."),
    "book_waiting_told": (
        "När en tid blir ledig hör vi av oss, och då syns den också här.",
        "When a time becomes free we tell you, and it is shown here too.",
    ),
    "book_waiting_look": (
        "När en tid blir ledig syns den här. Titta in då och då: vi skickar inga meddelanden till dig.",
        "When a time becomes free it is shown here. Look in now and then: no messages are sent to you.",
    ),
    "book_leave": ("Lämna kön", "Leave the waitlist"),
    "book_left": ("Du står inte längre i kö.", "You are no longer on the waitlist."),
    "book_not_waiting": ("Du står inte i kö.", "You are not on the waitlist."),
    "book_waits": ("Du står i kö nu.", "You are on the waitlist now."),
    "book_waits_already": (
        "Du står redan i kö. Lämna kön först om du vill vänta på något annat.",
        "You are already on the waitlist. Leave it first to wait for something else.",
    ),
    "book_waitlist_what": (
        "Blir en tid ledig hålls den åt dig i upp till {hours} timmar. Svarar du inte går den till nästa.",
        "A time that becomes free is held for you for up to {hours} hours. Unanswered, it goes to the next.",
    ),
    "book_kind": ("Samtal", "Session"),
    "book_you_wait": ("Du väntar på", "You wait for"),
    "book_lobby": ("Anslut till samtalet", "Join the session"),
    "book_lobby_early": ("Dörren är inte öppen än", "The door is not open yet"),
    "book_lobby_early_what": (
        "Den öppnar {opens}. Låt sidan vara öppen, eller kom tillbaka då.",
        "It opens {opens}. Keep this page open, or come back then.",
    ),
    "book_lobby_waiting": ("Du är i lobbyn", "You are in the lobby"),
    "book_lobby_waiting_what": (
        "Vägledaren ser att du är här och släpper snart in dig. Låt sidan vara öppen.",
        "The counsellor sees that you are here and will let you in soon. Keep this page open.",
    ),
    "book_lobby_in": ("Du är insläppt", "You have been let in"),
    "book_lobby_in_what": (
        "Samtalet öppnas på en ny flik. Länken gäller bara för det här samtalet.",
        "The session opens on a new tab. The link is for this session only.",
    ),
    "book_lobby_enter": ("Gå in i samtalet", "Enter the session"),
    "book_lobby_no_room": ("Rummet går inte att öppna", "The room cannot be opened"),
    "book_lobby_no_room_what": ("Ta samtalet per telefon i stället.", "Have the session by phone instead."),
    "book_lobby_over": ("Samtalet är slut", "The session is over"),
    "book_lobby_over_what": ("Dörren stängdes {closes}.", "The door was shut {closes}."),
    "book_lobby_none": ("Vänta vid telefonen", "Wait by the telephone"),
    "book_lobby_none_what": (
        "Vägledaren ringer dig när samtalet börjar.",
        "The counsellor calls you when the session begins.",
    ),
    "book_lobby_on_site": ("Ni ses på plats", "You meet on site"),
    "book_lobby_phone": (
        "Fungerar det inte? Ring vägledaren på {phone}.",
        "Does it not work? Call the counsellor at {phone}.",
    ),
    "book_update": ("Uppdatera", "Update"),
    "book_back": ("Till dina samtal", "To your sessions"),
    "book_survey": ("Hur var samtalet?", "How was the session?"),
    "book_survey_what": (
        "{number} frågor. Svaren går inte att koppla till dig.",
        "{number} questions. The answers cannot be traced to you.",
    ),
    "book_survey_do": ("Svara på enkäten", "Answer the survey"),
    "book_survey_given": ("Enkäten är redan utlämnad.", "The survey has already been given."),
    "book_invalid": ("Länken stämmer inte", "The link is not right"),
    "book_invalid_what": (
        "Kontrollera att hela adressen kom med. Ibland delas den i två rader i ett meddelande.",
        "Check that you have the whole address. Messages sometimes break it in two lines.",
    ),
    "book_expired": ("Länken har gått ut", "The link has expired"),
    "book_expired_what": (
        "Den gällde till en viss dag, och den dagen har passerat.",
        "It was valid until a certain day, and that day has passed.",
    ),
    "book_void": ("Länken gäller inte längre", "The link is no longer valid"),
    "book_void_what": (
        "Den har bytts mot en nyare eller avslutats. Leta efter det senaste meddelandet från vägledningen.",
        "It was replaced by a newer one or ended. Look for the latest message from the guidance office.",
    ),
    "book_invalid_do": ("Så här gör du", "What to do"),
    "book_invalid_ask": (
        "Be den som gav dig länken, eller studie- och yrkesvägledaren i din kommun, om en ny.",
        "Ask whoever gave you the link, or the counsellor of your municipality, for a new one.",
    ),
    "book_invalid_now": ("Eller prata med en vägledare nu, utan bokad tid", "Or talk to a counsellor now"),
    "book_often": ("Vänta en stund", "Wait a while"),
    "book_often_what": (
        "Sidan har öppnats många gånger på kort tid. Försök igen om {minutes} min. Det du har bokat står kvar.",
        "The page was opened many times in a short while. Try again in {minutes} min. What you have booked stands.",
    ),
    "book_often_again": ("Försök igen", "Try again"),
    "book_help": ("Prata med en vägledare nu, utan bokad tid", "Talk to a counsellor now, without a booked time"),
    "book_skip_to_times": ("Lediga tider", "Free times"),
}
_CHANNELS: Final[Mapping[str, tuple[str, str]]] = {
    "video": ("Videosamtal", "Video call"),
    "phone": ("Telefon", "Phone"),
    "chat": ("Chatt", "Chat"),
    "on_site": ("På plats", "On site"),
}
CHANNELS: Final[dict[str, Text]] = {code: Text(*words) for code, words in _CHANNELS.items()}
LANGUAGES: Final[dict[str, Text]] = dict(_SPOKEN)
BOOKING_WORDS: Final[dict[str, Text]] = {
    **{name: Text(*words) for name, words in _WORDS.items()},
    **{f"channel_{code}": text for code, text in CHANNELS.items()},
}


def text_of(refusal: Exception) -> Text:
    """What a named error tells its reader."""
    return Text(sv=getattr(refusal, "sv", ""), en=" ".join((type(refusal).__doc__ or "").split()))
