"""The words of the page kit in both languages."""

from typing import Final

from shared.texts import Text

WORDS: Final[dict[str, Text]] = {
    "skip": Text(sv="Hoppa till innehållet", en="Skip to the content"),
    "services": Text(sv="Tjänster", en="Services"),
    "language": Text(sv="Språk", en="Language"),
    "about": Text(
        sv="Samverk – kommunernas samverkan om utbildning", en="Samverk – municipalities together on education"
    ),
    "no_persons": Text(sv="Sidan visar inga personuppgifter.", en="This page shows no personal data."),
    "service_state": Text(sv="Tjänstens läge", en="State of the service"),
    "well": Text(sv="Allt fungerar", en="All is well"),
    "unwell": Text(sv="Något fungerar inte", en="Something does not work"),
    "events": Text(sv="Händelser senaste dygnet", en="Events of the last 24 hours"),
    "events_what": Text(
        sv="Det som tjänsten har läst. Avvisade händelser går tillbaka till avsändaren med orsaken.",
        en="What the service has read. Refused events go back to their sender with the reason.",
    ),
    "event": Text(sv="Händelse", en="Event"),
    "taken": Text(sv="Mottagna", en="Taken"),
    "refused": Text(sv="Avvisade", en="Refused"),
    "latest": Text(sv="Senast", en="Latest"),
    "unreadable": Text(sv="Annat, eller oläsligt", en="Other, or unreadable"),
    "no_figures": Text(sv="Siffrorna går inte att hämta just nu.", en="The figures cannot be fetched right now."),
    "health": Text(sv="Hälsa", en="Health"),
    "check_database": Text(sv="Databas", en="Database"),
    "check_broker": Text(sv="Meddelandekö", en="Message broker"),
    "check_migrations": Text(sv="Databasens version", en="Database version"),
    "check_other": Text(sv="Annan del", en="Another part"),
    "ok": Text(sv="Fungerar", en="Works"),
    "failed": Text(sv="Fungerar inte", en="Does not work"),
    "outbox": Text(sv="Att sända", en="To be sent"),
    "waiting": Text(sv="Händelser som väntar", en="Events waiting"),
    "oldest": Text(sv="Äldsta väntar sedan", en="Oldest has waited"),
    "seconds": Text(sv="{n} sekunder", en="{n} seconds"),
    "measured": Text(sv="Uppmätt", en="Measured"),
    "links": Text(sv="För den som ansluter ett system", en="For those who connect a system"),
    "openapi": Text(sv="Tjänstens adresser över HTTP", en="The service's addresses over HTTP"),
    "asyncapi": Text(sv="Händelserna som tjänsten läser och säger", en="The events that the service reads and says"),
    "metrics": Text(sv="Mätvärden", en="Metrics"),
    "metrics_what": Text(sv="I Prometheus format", en="In the format of Prometheus"),
    "ready": Text(sv="Beredskap", en="Readiness"),
    "ready_what": Text(sv="Samma kontroller som ovan, som JSON", en="The checks above, as JSON"),
    "pause": Text(sv="Pausa uppdateringen", en="Pause refreshing"),
    "resume": Text(sv="Uppdatera igen", en="Resume refreshing"),
    "refreshes": Text(
        sv="Sidan hämtar nya siffror var femte sekund.", en="The page fetches new figures every five seconds."
    ),
    "problem": Text(sv="Fel", en="Problem"),
    "faults": Text(sv="Det här behöver rättas", en="What to mend"),
    "optional": Text(sv="frivilligt", en="optional"),
    "filter": Text(sv="Filtrera", en="Filter"),
    "filter_do": Text(sv="Visa urvalet", en="Show the selection"),
    "filter_none": Text(sv="Visa alla", en="Show all"),
    "pages": Text(sv="Sidor", en="Pages"),
    "pages_shown": Text(sv="{first}–{last} av {total}", en="{first}–{last} of {total}"),
    "pages_previous": Text(sv="Föregående", en="Previous"),
    "pages_next": Text(sv="Nästa", en="Next"),
    "download": Text(sv="Ladda ner som", en="Download as"),
    "menu": Text(sv="Tjänstens sidor", en="Pages of the service"),
    "login": Text(sv="Logga in", en="Log in"),
    "logout": Text(sv="Logga ut", en="Log out"),
    "logged_in_as": Text(sv="Inloggad:", en="Logged in:"),
    "role_none": Text(sv="utan roll", en="no role"),
    "municipality": Text(sv="kommun {code}", en="municipality {code}"),
    "logged_out": Text(sv="Du är utloggad", en="You are logged out"),
    "logged_out_what": Text(
        sv="Du är utloggad från Samverk i den här webbläsaren. Stäng webbläsaren om andra använder datorn.",
        en="You are logged out of Samverk in this browser. Close the browser if others use the computer.",
    ),
    "logged_out_elsewhere": Text(
        sv="Logga ut också från inloggningstjänsten", en="Log out of the log-in service as well"
    ),
    "to_start": Text(sv="Till startsidan", en="To the start page"),
}
