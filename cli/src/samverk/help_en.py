"""The help texts in English, by the Swedish ones that stand in the commands."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "Samverkan mellan kommuner om gymnasie- och vuxenutbildning: kör stacken, skicka och granska uppgifter.": (
        "Cooperation of municipalities in upper-secondary and adult education: run the stack, send and check reports."
    ),
    "Språk: sv eller en.": "Language: sv or en.",
    "Skriv svaret som JSON.": "Write the answer as JSON.",
    "Bärartoken; annars SAMVERK_TOKEN, annars en från den lokala utfärdaren.": (
        "Bearer token; else SAMVERK_TOKEN, else one from the local issuer."
    ),
    "Fil med händelser (JSON Lines) eller CSV; - läser standard in.": (
        "File of events (JSON Lines) or CSV; - reads standard input."
    ),
    "Vad CSV-filen innehåller: applications, replies, grades, cost-bases, offerings. Annars avgör kolumnerna.": (
        "What the CSV file holds: applications, replies, grades, cost-bases, offerings. Else the columns decide."
    ),
    "Det lokala systemets namn i händelsernas source.": "The local system's name in the events' source.",
    "Revision för rader i CSV som inte anger någon.": "Revision of CSV rows that give none.",
    "Kommunkod, fyra siffror, t.ex. 2281.": "Municipality code, four digits, e.g. 2281.",
    "Kommunkod som händelserna ska komma från.": "Code of the municipality that the events must come from.",
    "Granska en fil mot kontrakten utan att skicka något. Ingen server behövs.": (
        "Check a file against the contracts without sending anything. No server is needed."
    ),
    "Skicka en fils händelser. En rad som avvisas hindrar inte de andra; samma fil två gånger gör inget två gånger.": (
        "Send a file's events. A refused row does not hold the others back; the same file twice does nothing twice."
    ),
    "Skicka bara till denna tjänst; annars avgör händelsens typ.": "Send to this service only; else the type decides.",
    "Genom HTTP-dörren, eller direkt till Kafka.": "Through the HTTP door, or straight to Kafka.",
    "Vänta så många sekunder på uppgifter som avvisas i efterhand.": (
        "Wait so many seconds for reports that are refused afterwards."
    ),
    "Uppgifter som tjänsterna lagt åt sidan: lista, visa, skicka igen.": (
        "Records that the services have set aside: list, show, send again."
    ),
    "Lista uppgifter som lagts åt sidan, utan innehåll.": "List records set aside, without their content.",
    "Visa en uppgift. Personuppgifter är maskerade.": "Show a record. Personal data is masked.",
    "Skicka uppgifter igen, precis som de var, till ämnet (topic) de kom från.": (
        "Send records again, exactly as they were, to the topic they came from."
    ),
    "En tjänst: catalogue, admissions, pricing eller guidance; annars alla.": (
        "One service: catalogue, admissions, pricing or guidance; else all."
    ),
    "Tjänsten som lagt uppgiften åt sidan.": "The service that set the record aside.",
    "Bara de med detta skäl, t.ex. wrong_shape.": "Only those with this reason, e.g. wrong_shape.",
    "Högst så många per tjänst.": "At most so many per service.",
    "Uppgiftens id, som list visar det.": "The record's id as list shows it.",
    "Id på uppgifterna; annars --reason.": "Ids of the records; else --reason.",
    "Visa bara vad som skulle skickas.": "Only show what would be sent.",
    "Också de som redan skickats igen flera gånger.": "Also those sent again several times already.",
    "Starta PostgreSQL, Kafka, tokenutfärdaren och tjänsterna här, och kör tills Ctrl-C.": (
        "Start PostgreSQL, Kafka, the token issuer and the services here, and run until Ctrl-C."
    ),
    "Starta inte denna tjänst (kan anges flera gånger).": "Do not start this service (may be given several times).",
    "Visa alla loggar medan det kör.": "Show all logs while it runs.",
    "Starta också Prometheus och larmen.": "Start Prometheus and the alerts too.",
    "Ämnena (topics) i Kafka: lista dem, eller skapa dem som saknas.": (
        "The topics in Kafka: list them, or create those that are missing."
    ),
    "Lista ämnena som deploy/kafka/topics.yaml beskriver.": "List the topics that deploy/kafka/topics.yaml declares.",
    "Skapa de ämnen som saknas och ge varje användare (principal) sina rättigheter, som administratör.": (
        "Create the topics that are missing and give every principal its rights, as the administrator."
    ),
    "JSON-fil med varje användares lösenord; de som saknas hittas på och skrivs dit.": (
        "JSON file with every principal's password; those that are missing are made up and written there."
    ),
    "Ta bort rättigheter som ingen regel längre ger.": "Take back rights that no rule gives any longer.",
    "Lista rättigheterna som deploy/kafka/principals.yaml ger.": (
        "List the rights that deploy/kafka/principals.yaml gives."
    ),
    "Skapa de ämnen som saknas. Ingenting ändras eller tas bort.": (
        "Create the topics that are missing. Nothing is changed or removed."
    ),
    "Skriv ut en token från den lokala stackens utfärdare. Bara för utveckling och prov.": (
        "Print a token of the local stack's issuer. For development and tests only."
    ),
    "Skriv ut en tjänsts adress, till exempel för curl.": "Print a service's address, for curl for instance.",
    "En tjänst: catalogue, admissions, pricing eller guidance.": (
        "A service: catalogue, admissions, pricing or guidance."
    ),
    "Kommunkod som token ska gälla för.": "Municipality code that the token is for.",
    "Roll (kan anges flera gånger).": "Role (may be given several times).",
    "Behörighet, t.ex. events:write (kan anges flera gånger).": "Scope, e.g. events:write (several may be given).",
    "Stackens mapp; annars SAMVERK_STATE.": "The stack's folder; else SAMVERK_STATE.",
    "Giltighet i sekunder.": "Lifetime in seconds.",
    "Spela upp ett helt år i en påhittad region på riktiga komponenter, och granska utfallet.": (
        "Play a whole year of a made-up region on real components, and check the outcome."
    ),
    "Antal sökande.": "Number of applicants.",
    "Frö: samma frö ger samma personer, val och utfall.": "Seed: the same one gives the same persons and outcome.",
    "Låt stacken köra vidare efteråt, tills Ctrl-C.": "Keep the stack running afterwards, until Ctrl-C.",
    "Mapp för rapportens filer.": "Folder for the report's files.",
    "Sandlådan: placera, granska och räkna meritvärden på filer, med tjänstens egna regler och utan server.": (
        "The sandbox: place, verify and sum merit on files, by the service's own rules and without a server."
    ),
    "Placera sökande ur IN_DIR (offerings.csv, applicants.csv, choices.csv); skriv beslut och run.json i OUT_DIR.": (
        "Place applicants of IN_DIR (offerings.csv, applicants.csv, choices.csv); write decisions, run.json to OUT_DIR."
    ),
    "Granska beslut, vem som än fattat dem: 0 när allt stämmer, annars 1 och en lista på felen.": (
        "Verify decisions, whoever made them: 0 when all is right, else 1 and a list of the faults."
    ),
    "Räkna meritvärde och behörighet ur en fil med applicant, subject, grade.": (
        "Merit value and eligibility from a file with applicant, subject, grade."
    ),
    "Mapp med det som ska placeras.": "Folder of what is to be placed.",
    "Mapp för besluten.": "Folder of the decisions.",
    "Frö för de slumptal som saknas; samma frö ger samma beslut.": (
        "Seed of the random numbers that are missing; the same seed gives the same decisions."
    ),
    "Frö; annars körningens eget, ur run.json.": "Seed; else the run's own, from run.json.",
    "Särskiljning vid lika meritvärde, i ordning: rank, grade_value, number_of_grades, random "
    "(grade_value och number_of_grades är kolumner i applicants.csv).": (
        "What breaks ties of equal merit, in order: rank, grade_value, number_of_grades, random "
        "(grade_value and number_of_grades are columns of applicants.csv)."
    ),
    "Särskiljning; annars körningens egen, ur run.json.": "Tie-breakers; else the run's own, from run.json.",
    "CSV med en rad per betyg; - läser standard in.": "CSV with a row for each grade; - reads standard input.",
    "Skriv till denna fil i stället för standard ut.": "Write to this file instead of standard output.",
    "Antagningsår vars regler ska gälla.": "Intake year whose rules are used.",
    "Drift: följ händelser, se eftersläpning, sänd igen, pausa. Allt som görs loggas.": (
        "Operations: follow events, see lag, send again, pause. All that is done is logged."
    ),
    "Tjänsten det gäller.": "The service in question.",
    "Ämnet (topic), t.ex. catalogue.events, in.2281.admissions, eller in.admissions för alla kommuner.": (
        "The topic, e.g. catalogue.events, in.2281.admissions, or in.admissions for all municipalities."
    ),
    "Varför; skrivs i loggen. Inga personuppgifter.": "Why; written to the log. No personal data.",
    "Händelsens id.": "The event's id.",
    "Följ en händelse genom alla tjänster: rapporten, vad som hände med den och vad den ledde till.": (
        "Follow an event through all services: the report, what became of it and what it led to."
    ),
    "Visa hur mycket som är oläst per ämne (topic), hur gammalt det är och när det är läst.": (
        "Show how much is unread on each topic, how old it is and when it will be read."
    ),
    "Bara händelser av denna typ.": "Only events of this type.",
    "Bara denna kommuns (kod).": "Only this municipality's (code).",
    "Bara de som lagts åt sidan från och med (RFC 3339).": "Only those set aside from this time on (RFC 3339).",
    "Bara de som lagts åt sidan före (RFC 3339).": "Only those set aside before this time (RFC 3339).",
    "Också de som skickats igen för ofta, av detta skäl.": "Also those sent again too often, for this reason.",
    "Skicka igen allt som lagts åt sidan och passar urvalet. Ctrl-C slutar bara visa förloppet.": (
        "Send again all that was set aside and fits. Ctrl-C only stops showing the progress."
    ),
    "Sluta läsa ett ämne (topic) tills vidare. Inget går förlorat: köns händelser väntar.": (
        "Stop reading a topic until further notice. Nothing is lost: events wait in the queue."
    ),
    "Läs ett pausat ämne (topic) igen.": "Read a paused topic again.",
    "Visa vad driften har gjort: vem, när, vad och varför.": "Show what operations staff did: who, when, what and why.",
}
