"""What the pages of the rota say, in both languages."""

from collections.abc import Mapping
from typing import Final

from shared.texts import Text

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "rota": ("Jour", "Rota"),
    "rota_what": (
        "Vem som tar emot den som söker vägledning utan bokad tid. Alla tider är svensk tid.",
        "Who receives those who seek guidance without a booked time. All times are Swedish time.",
    ),
    "rota_none": ("Det finns inget jourschema än.", "There is no rota yet."),
    "rota_choose": ("Schema", "Rota"),
    "rota_week": ("Vecka {number}", "Week {number}"),
    "rota_previous": ("Föregående", "Previous"),
    "rota_next": ("Nästa", "Next"),
    "rota_now": ("Den här veckan", "This week"),
    "rota_by_week": ("En vecka", "One week"),
    "rota_by_month": ("Fem veckor", "Five weeks"),
    "rota_plan": ("Lägg schema", "Lay out the rota"),
    "rota_nobody": ("Ingen jour", "Nobody on duty"),
    "rota_mine": ("Mitt pass", "My shift"),
    "rota_today": ("I dag", "Today"),
    "rota_gap": ("Lucka: {number} saknas", "Gap: {number} missing"),
    "rota_gaps": ("Luckor de närmaste sju dagarna", "Gaps in the next seven days"),
    "rota_gaps_none": ("Alla tider är bemannade.", "All hours are covered."),
    "rota_gap_what": ("Krav", "Requirement"),
    "rota_gap_missing": ("Saknas", "Missing"),
    "rota_time": ("Tid", "Time"),
    "rota_swapped": ("Bytt", "Swapped"),
    "rota_offered": ("Erbjuds", "On offer"),
    "rota_added": ("Insatt", "Added"),
    "rota_away": ("Frånvarande eller upptagen", "Absent or busy"),
    "rota_notices": ("Nytt om dina pass", "News about your shifts"),
    "rota_notices_read": ("Jag har läst", "I have read this"),
    "rota_read": ("Nyheterna är markerade som lästa.", "The news is marked as read."),
    "rota_more": ("och {number} till", "and {number} more"),
    "notice_shift_added": ("Nytt pass", "New shift"),
    "notice_shift_moved": ("Flyttat pass", "Moved shift"),
    "notice_shift_withdrawn": ("Inte längre ditt pass", "No longer your shift"),
    "notice_swap_asked": ("En kollega frågar om ett byte", "A colleague asks for a swap"),
    "notice_swap_accepted": ("Ditt byte är godtaget", "Your swap is accepted"),
    "notice_swap_declined": ("Ingen tog ditt pass", "Nobody took your shift"),
    "notice_swap_stray": (
        "Bytet gäller inte längre, schemat är ändrat",
        "The swap is void, the rota has been changed",
    ),
    "rota_was": ("var {time}", "was {time}"),
    "rota_offers": ("Byten", "Swaps"),
    "rota_offer_to_you": ("{name} ({home}) vill lämna", "{name} ({home}) wants to give away"),
    "rota_offer_own": ("Du erbjuder", "You offer"),
    "rota_offer_asked": ("till {name}", "to {name}"),
    "rota_offer_all": ("till alla i schemat", "to all in the rota"),
    "rota_offer_return": ("i utbyte mot {time}", "in return for {time}"),
    "rota_accept": ("Ta passet", "Take the shift"),
    "rota_decline": ("Nej tack", "No, thank you"),
    "rota_withdraw": ("Ta tillbaka", "Withdraw"),
    "rota_accepted": ("Passet är ditt.", "The shift is yours."),
    "rota_declined": ("Du har tackat nej.", "You have said no."),
    "rota_withdrawn": ("Erbjudandet är tillbakadraget.", "The offer is withdrawn."),
    "rota_shift": ("Jourpass", "Shift"),
    "rota_shift_file": ("Lägg i kalendern (.ics)", "Add to your calendar (.ics)"),
    "rota_back": ("Till schemat", "To the rota"),
    "rota_give": ("Byt bort passet", "Give the shift away"),
    "rota_give_what": (
        "Bytet följer passet: flyttas passet i schemat gäller bytet för den nya tiden.",
        "The swap follows the shift: if the shift is moved in the rota, the swap holds for its new time.",
    ),
    "rota_ask": ("Fråga", "Ask"),
    "rota_ask_all": ("Alla i schemat", "All in the rota"),
    "rota_return": ("Pass du vill ha i stället", "Shift you want instead"),
    "rota_return_none": ("Inget", "None"),
    "rota_return_hint": (
        "Väljer du ett pass går frågan till den som har det.",
        "If you choose one, whose it is will be asked.",
    ),
    "rota_offer_send": ("Skicka frågan", "Send the question"),
    "rota_offer_sent": ("Frågan är skickad.", "The question is sent."),
    "rota_handover": ("Överlämning", "Hand-over"),
    "rota_handover_what": (
        (
            "Till den som har nästa pass. Skriv inget om enskilda personer; det hör hemma i deras ärende. "
            "Raderas efter 90 dagar."
        ),
        (
            "For whoever has the next shift. Write nothing about individuals; that belongs in their case. "
            "Erased after 90 days."
        ),
    ),
    "rota_note": ("Anteckning", "Note"),
    "rota_note_save": ("Lämna över", "Hand over"),
    "rota_note_saved": ("Överlämningen är sparad.", "The hand-over is saved."),
    "rota_notes": ("Senaste överlämningar", "Latest hand-overs"),
    "rota_notes_none": ("Inget är lämnat än.", "Nothing has been left yet."),
    "rota_begun": ("Passet har börjat och kan inte bytas.", "The shift has begun and cannot be swapped."),
    "rota_on_offer": ("Passet är erbjudet.", "The shift is on offer."),
    # laying out
    "plan_what": (
        (
            "Lager är platser i schemat som vägledarna turas om på. Undantag gäller en viss tid. Krav säger "
            "vilka tider som ska vara bemannade."
        ),
        (
            "Layers are places in the rota that counsellors take in turns. Overrides hold for a certain "
            "time. Requirements say which hours must be covered."
        ),
    ),
    "plan_new_rota": ("Nytt jourschema", "New rota"),
    "plan_name": ("Namn", "Name"),
    "plan_make": ("Skapa", "Create"),
    "plan_made": ("Jourschemat är skapat. Lägg till ett lager.", "The rota is created. Add a layer."),
    "plan_layers": ("Lager", "Layers"),
    "plan_layer": ("Lager", "Layer"),
    "plan_layers_none": ("Inga lager än.", "No layers yet."),
    "plan_layer_new": ("Nytt lager", "New layer"),
    "plan_edit": ("Ändra", "Change"),
    "plan_remove": ("Ta bort", "Remove"),
    "plan_saved": (
        "Schemat är ändrat och de berörda har fått veta.",
        "The rota is changed and those concerned are told.",
    ),
    "plan_people": ("Vägledare i turordning", "Counsellors in order of turns"),
    "plan_people_hint": (
        "Lämna de tomma platserna tomma om ni inte är fler.",
        "Leave empty places empty if there are no more of you.",
    ),
    "plan_person": ("Plats {number}", "Place {number}"),
    "plan_nobody": ("Ingen", "Nobody"),
    "plan_handover": ("Jouren lämnas över", "The duty is handed over"),
    "plan_daily": ("varje dag", "daily"),
    "plan_weekly": ("varje vecka", "weekly"),
    "plan_every": ("Dagar eller veckor per tur", "Days or weeks in a turn"),
    "plan_at": ("Klockslag för överlämning", "Time of hand-over"),
    "plan_weekday": ("Dag för veckovis överlämning", "Day of a weekly hand-over"),
    "plan_starts_on": ("Från och med", "From"),
    "plan_ends_on": ("Till och med", "Through"),
    "plan_hours": ("Jourtider", "Hours of duty"),
    "plan_hours_number": ("Jourtider {number}", "Hours of duty {number}"),
    "plan_hours_hint": ("Utan tider gäller jouren dygnet runt.", "Without hours the duty is round the clock."),
    "plan_hours_many": (
        "Lagret har fler tider än formuläret rymmer; de behålls som de är.",
        "The layer has more hours than fit in this form; they are kept as they are.",
    ),
    "plan_days": ("Dagar", "Days"),
    "plan_begins": ("Börjar", "Begins"),
    "plan_ends": ("Slutar", "Ends"),
    "plan_holidays": ("Ledigt på helgdagar och aftnar", "Off on public holidays and eves"),
    "plan_save": ("Spara", "Save"),
    "plan_overrides": ("Undantag", "Overrides"),
    "plan_overrides_none": ("Inga undantag framåt.", "No overrides ahead."),
    "plan_override_new": ("Nytt undantag", "New override"),
    "plan_removes": ("Tas bort från jouren", "Taken off duty"),
    "plan_adds": ("Sätts in i jouren", "Put on duty"),
    "plan_starts_at": ("Från", "From"),
    "plan_ends_at": ("Till", "Until"),
    "plan_needs": ("Bemanningskrav", "Requirements of cover"),
    "plan_needs_none": (
        "Inga krav är satta, så inga luckor kan hittas.",
        "No requirements are set, so no gaps can be found.",
    ),
    "plan_need_new": ("Nytt krav", "New requirement"),
    "plan_need_saved": ("Kravet är sparat.", "The requirement is saved."),
    "plan_whose": ("Vägledare från", "Counsellors from"),
    "plan_anyones": ("vilken kommun som helst", "any municipality"),
    "plan_language": ("Språk", "Language"),
    "plan_any_language": ("vilket språk som helst", "any language"),
    "plan_number": ("Antal", "Number"),
    "plan_strays": ("Byten som inte längre gäller", "Swaps that no longer hold"),
    "plan_clash": ("Samma vägledare två gånger", "The same counsellor twice"),
    "weekday_1": ("måndag", "Monday"),
    "weekday_2": ("tisdag", "Tuesday"),
    "weekday_3": ("onsdag", "Wednesday"),
    "weekday_4": ("torsdag", "Thursday"),
    "weekday_5": ("fredag", "Friday"),
    "weekday_6": ("lördag", "Saturday"),
    "weekday_7": ("söndag", "Sunday"),
    "language_sv": ("svenska", "Swedish"),
    "language_en": ("engelska", "English"),
    "language_ar": ("arabiska", "Arabic"),
    "language_fa": ("persiska", "Persian"),
    "language_fi": ("finska", "Finnish"),
    "language_so": ("somaliska", "Somali"),
    "language_ti": ("tigrinska", "Tigrinya"),
    "language_uk": ("ukrainska", "Ukrainian"),
    "language_se": ("nordsamiska", "Northern Sami"),
}

ROTA_WORDS: Final = {name: Text(sv, en) for name, (sv, en) in _WORDS.items()}
LANGUAGES: Final = [
    (name.removeprefix("language_"), text) for name, text in ROTA_WORDS.items() if name.startswith("language_")
]
WEEKDAYS: Final = [(number, ROTA_WORDS[f"weekday_{number}"]) for number in range(1, 8)]
