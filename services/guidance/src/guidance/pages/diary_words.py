"""What the pages of a counsellor's week and hours say, in both languages."""

from collections.abc import Mapping
from typing import Final

from shared.texts import Text

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "diary": ("Min vecka", "My week"),
    "diary_week": ("Vecka {number}", "Week {number}"),
    "diary_what": (
        "Alla tider är svensk tid. Piltangenterna flyttar mellan tider och dagar.",
        "All times are Swedish time. The arrow keys move between times and days.",
    ),
    "diary_steps": ("Välj vecka", "Choose a week"),
    "diary_nothing": ("Inget inplanerat", "Nothing planned"),
    "diary_free": ("Ledigt", "Free"),
    "diary_free_one": ("Boka en tid", "Book a time"),
    "diary_free_many": ("Boka, {number} tider", "Book, {number} times"),
    "diary_free_times": ("{number} tider", "{number} times"),
    "diary_shift": ("Jour", "On duty"),
    "diary_absence": ("Frånvaro", "Absence"),
    "diary_busy": ("Upptagen", "Busy"),
    "diary_busy_from": ("Ur {name}", "From {name}"),
    "diary_whole_day": ("Hela dagen", "All day"),
    "diary_offered": ("Erbjuds från väntelistan", "On offer to the waitlist"),
    "diary_waits": ("Väntar i lobbyn", "Waits in the lobby"),
    "diary_not_settled": ("Blev det av?", "Was it held?"),
    "diary_held": ("Hållet", "Held"),
    "diary_no_show": ("Uteblev", "No-show"),
    "diary_protected": ("Skyddad identitet", "Protected identity"),
    "diary_forward": (
        "Klockan ställs fram en timme i natt; dagen har 23 timmar.",
        "The clock goes forward an hour that night; the day has 23 hours.",
    ),
    "diary_back": (
        "Klockan ställs tillbaka en timme i natt; dagen har 25 timmar.",
        "The clock goes back an hour that night; the day has 25 hours.",
    ),
    "summer_time": ("sommartid", "summer time"),
    "standard_time": ("normaltid", "standard time"),
    "diary_for": ("Du bokar för ärende {case}. Välj en ledig tid.", "You book for case {case}. Choose a free time."),
    "diary_for_none": ("Boka inte för ärendet", "Do not book for the case"),
    "diary_nobodys": (
        "Ditt konto är inte kopplat till någon vägledare än; be din samordnare koppla det. Till dess kan du följa upp.",
        "Your account is not tied to any counsellor yet; ask your coordinator to tie it. Till then you can follow up.",
    ),
    "diary_account": ("Ditt konto heter {name}", "Your account is called {name}"),
    "accounts": ("Konton", "Accounts"),
    "accounts_what": (
        "Säg vilken vägledare ett konto är. Då blir vecka, tider, jour och kalendrar den vägledarens egna.",
        "Say which counsellor an account is. Week, hours, rota and calendars are then that counsellor's own.",
    ),
    "account": ("Kontots namn", "Name of the account"),
    "account_hint": (
        "Står på vägledarens sida Min vecka tills kontot är kopplat.",
        "Stands on the counsellor's page My week until it is tied.",
    ),
    "account_tie": ("Koppla", "Tie"),
    "account_tied": ("Kontot är kopplat.", "The account is tied."),
    "account_taken": (
        "Kontot är kopplat till en vägledare i en annan kommun.",
        "The account is tied to a counsellor of another municipality.",
    ),
    "diary_link_availability": ("Ändra mina tider", "Change my hours"),
    "by_video": ("Video", "Video"),
    "by_phone": ("Telefon", "Phone"),
    "by_chat": ("Chatt", "Chat"),
    "by_on_site": ("På plats", "On site"),
    # one session
    "one_session": ("Samtal", "Session"),
    "one_back": ("Till veckan", "To the week"),
    "one_when": ("Tid", "Time"),
    "one_channel": ("Kanal", "Channel"),
    "one_case": ("Ärende", "Case"),
    "one_case_open": ("Öppna ärendet", "Open the case"),
    "one_notes": ("Anteckningar", "Notes"),
    "one_home": ("Hemkommun", "Home municipality"),
    "one_reach": ("Når du på", "Reached at"),
    "one_by_link": ("Bokat med länk", "Booked by link"),
    "one_join": ("Delta", "Join"),
    "one_join_what": (
        "Rummet är öppet från {opens} till {closes}. När du öppnar det släpps den som väntar in.",
        "The room is open from {opens} to {closes}. When you open it, whoever waits is let in.",
    ),
    "one_join_open": ("Öppna rummet", "Open the room"),
    "one_join_enter": ("Gå in i rummet", "Enter the room"),
    "one_join_ready": ("Rummet är öppet och den som väntar är insläppt.", "The room is open; whoever waits is let in."),
    "one_move": ("Flytta", "Move"),
    "one_move_what": (
        "Dina lediga tider de närmaste två veckorna. Den som bokat får besked om den har lämnat en adress.",
        "Your free times of the next two weeks. Who booked is told, if an address was given.",
    ),
    "one_move_none": ("Du har inga lediga tider de närmaste två veckorna.", "You have no free times in two weeks."),
    "one_move_do": ("Flytta samtalet", "Move the session"),
    "one_moved": ("Samtalet är flyttat.", "The session is moved."),
    "one_cancel": ("Avboka", "Cancel"),
    "one_cancel_what": (
        "Tiden erbjuds den som står först på väntelistan, annars blir den ledig genast.",
        "The time is offered to the first on the waitlist, else it is free at once.",
    ),
    "one_cancel_do": ("Avboka samtalet", "Cancel the session"),
    "one_cancelled": ("Samtalet är avbokat.", "The session is cancelled."),
    "one_outcome": ("Hur gick det?", "How did it go?"),
    "one_outcome_what": (
        "Säg det efteråt. En felaktig uppgift går att ändra.",
        "Say so afterwards. A slip can be put right.",
    ),
    "one_came": ("Samtalet blev av", "The session was held"),
    "one_missed": ("Personen uteblev", "The person did not come"),
    "one_settled": ("Sparat.", "Saved."),
    "starts_at": ("Tid", "Time"),
    # booking
    "diary_book": ("Boka samtal", "Book a session"),
    "diary_book_types": ("Typ av samtal", "Type of session"),
    "diary_book_none": ("Inga lediga tider av den typen den dagen.", "No free times of that type that day."),
    "diary_book_no_cases": (
        "Du ansvarar inte för något öppet ärende. Ta ett ärende i uppföljningen först.",
        "You are not in charge of any open case. Take one in follow-up first.",
    ),
    "diary_book_case": ("Ärende", "Case"),
    "diary_book_protected": ("Skyddade personuppgifter", "Protected identity"),
    "diary_book_protected_hint": (
        "Bara telefon; inget mejl och inget namn i någon kalender.",
        "By phone only; no e-mail and no name in any calendar.",
    ),
    "diary_book_do": ("Boka", "Book"),
    "diary_booked": ("Samtalet är bokat.", "The session is booked."),
    "not_free": (
        "Tiden är inte längre ledig; välj en annan.",
        "The time is no longer free; choose another.",
    ),
    "not_that_channel": (
        "Du eller samtalstypen har inte den kanalen; välj en annan.",
        "You or the type of session do not have that channel; choose another.",
    ),
}

DIARY_WORDS: Final = {name: Text(sv, en) for name, (sv, en) in _WORDS.items()}
