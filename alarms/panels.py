"""What the dashboards show. Every query is tried on a running stack by the tests."""

from collections.abc import Sequence

from alarms.panel import Board, Panel, Row, graph, one
from alarms.panels_servers import KAFKA, POSTGRES
from local_stack.settings import SERVICES

_OVERVIEW = Board(
    "samverk-overview",
    "Samverk: översikt",
    "Går det som det ska, och vad återstår av månadens felbudget?",
    [
        Row(
            "Nu",
            [
                one(
                    "Larm",
                    "Larm som ljuder nu, utom upplysningar",
                    "none",
                    'count(ALERTS{alertstate="firing", severity!="info"}) or vector(0)',
                    1,
                    3,
                ),
                one("Tjänster uppe", "Av fyra", "none", "sum(samverk:service:up)"),
                one(
                    "Äldsta ohanterade händelse",
                    "Den mest försenade av alla ämnen",
                    "s",
                    "max(samverk:consumer:lag_seconds)",
                    120,
                    300,
                    runbook="EventsLate",
                ),
                one(
                    "Äldsta i utkorg",
                    "Svar och händelser som inte nått Kafka",
                    "s",
                    "max(samverk:outbox:oldest_seconds)",
                    60,
                    120,
                    runbook="OutboxStuck",
                ),
                one(
                    "Egna fel som väntar",
                    "Händelser som vår kod inte klarade",
                    "none",
                    'sum(max by (service) (samverk_dead_letters_waiting{reason="failed"}))',
                    1,
                    1,
                    runbook="EventsFailed",
                ),
            ],
            5,
        ),
        Row(
            "Felbudget, minuter av trettio dygn",
            [
                Panel(
                    "Händelser i tid: minuter kvar",
                    "Av 216. En dålig minut: något ämne är äldre än sitt mål",
                    "m",
                    (('samverk:budget:minutes_left{objective="events_on_time"}', "{{service}}"),),
                    (),
                    ("BudgetBurningFast", "BudgetSpent"),
                    "stat",
                ),
                Panel(
                    "Dörren öppen: minuter kvar",
                    "Av 43. En dålig minut: någon fick 5xx, eller tjänsten var nere",
                    "m",
                    (('samverk:budget:minutes_left{objective="door_open"}', "{{service}}"),),
                    (),
                    ("BudgetBurningFast", "BudgetSpent"),
                    "stat",
                ),
            ],
            6,
        ),
        Row(
            "Flöde",
            [
                graph(
                    "Händelser hanterade",
                    "Per sekund och tjänst",
                    "ops",
                    ("sum by (service) (rate(samverk_events_taken_total[5m]))", "{{service}}"),
                ),
                graph(
                    "Avvisade uppgifter",
                    "Den senaste timmen, per kommun",
                    "none",
                    ("sum by (municipality) (samverk:municipality:refused_1h)", "{{municipality}}"),
                    runbooks=("ReportsMostlyRefused",),
                ),
                graph(
                    "Dagar sedan kommunen hördes av",
                    "Per tjänst, den tystaste kommunen",
                    "d",
                    ("max by (service) (samverk:municipality:quiet_days < 9999)", "{{service}}"),
                    runbooks=("MunicipalityQuiet",),
                ),
            ],
        ),
        Row(
            "Verksamhet",
            [
                graph(
                    "Sökande",
                    "Per antagningsår",
                    "none",
                    ("max by (intake_year) (samverk_admissions_applications)", "{{intake_year}}"),
                ),
                graph(
                    "Saknade kostnadsunderlag",
                    "Per kommun, för listor som inte är frysta",
                    "none",
                    ("sum by (municipality) (samverk:pricing:cost_bases_missing)", "{{municipality}}"),
                    runbooks=("CostBasesMissing", "CostBasesMissingSoon"),
                ),
                graph(
                    "Dagar till frysning",
                    "Negativt: dagen har passerat",
                    "d",
                    ("samverk:pricing:days_to_freeze", "{{price_year}}"),
                    runbooks=("CostBasesMissingSoon",),
                ),
                graph(
                    "Obesvarade erbjudanden",
                    "Platser som ingen svarat på",
                    "none",
                    ("max(samverk_admissions_offers_unanswered)", "obesvarade"),
                    runbooks=("OffersUnanswered",),
                ),
            ],
        ),
    ],
)
_OWN: dict[str, Row] = {
    "admissions": Row("Antagning", [
        graph("Sökande", "Per antagningsår", "none",
              ("max by (intake_year) (samverk_admissions_applications)", "{{intake_year}}")),
        graph("Utbildningar", "Sökbara", "none", ("max(samverk_admissions_offerings)", "utbildningar")),
        graph("Obesvarade erbjudanden", "Per antagningsår och omgång", "none",
              ("max(samverk_admissions_offers_unanswered)", "obesvarade"), runbooks=("OffersUnanswered",)),
    ]),
    "pricing": Row("Priser och avräkning", [
        graph("Saknade kostnadsunderlag", "Per kommun", "none",
              ("sum by (municipality) (samverk:pricing:cost_bases_missing)", "{{municipality}}"),
              runbooks=("CostBasesMissing",)),
        graph("Elevmånader som inte stämmer", "Per skäl", "none",
              ("max by (reason) (samverk_pricing_unmatched_settlements)", "{{reason}}"),
              runbooks=("SettlementsUnmatched",)),
        graph("Utfärdade avräkningar", "Antal", "none", ("max(samverk_pricing_settlements_issued)", "avräkningar")),
    ]),
    "catalogue": Row("Utbud", [
        graph("Utbildningar", "Sökbara, per kommun", "none",
              ("max by (municipality) (samverk_catalogue_offerings)", "{{municipality}}")),
        graph("Platser", "Per kommun", "none", ("max by (municipality) (samverk_catalogue_seats)", "{{municipality}}")),
    ]),
    "guidance": Row("Vägledning", [
        graph("Öppna ärenden", "Per kommun", "none",
              ("max by (municipality) (samverk_guidance_cases_open)", "{{municipality}}")),
        graph("Lediga tider", "De närmaste sju dagarna", "none", ("max(samverk_guidance_slots_free)", "tider")),
        graph("Samtal", "Bokade och hållna", "none", ("sum by (state) (samverk_guidance_sessions)", "{{state}}")),
    ]),
}  # fmt: skip
_TITLES = {"admissions": "antagning", "pricing": "priser", "catalogue": "utbud", "guidance": "vägledning"}


def _outcome(service: str, outcome: str) -> str:
    labels = f'service="{service}", outcome="{outcome}"'
    return f"sum(rate(samverk_municipality_events_total{{{labels}}}[5m]))"


def _service(name: str) -> Board:
    own = f'{{service="{name}"}}'
    return Board(
        f"samverk-{name}",
        f"Samverk: {_TITLES[name]}",
        f"Tjänsten {name}: händelser, dörr, databas och process.",
        [
            Row("Händelser", [
                graph("Eftersläpning", "Äldsta ohanterade händelse per ämne; målet är fem minuter för kommunernas", "s",
                      (f"samverk:consumer:lag_seconds{own}", "{{topic}}"), runbooks=("EventsLate", "ConsumerStalled")),
                graph("Tid tills högen är borta", "Saknas när den växer", "s",
                      (f"samverk:consumer:time_to_zero_seconds{own} < 1e9", "{{topic}}"),
                      runbooks=("ConsumerFallingBehind",)),
                graph("Utfall", "Per sekund", "ops",
                      (_outcome(name, "taken"), "mottagna"),
                      (_outcome(name, "refused"), "avvisade"),
                      runbooks=("ReportsMostlyRefused",)),
                graph("Utkorg", "Rader som väntar på Kafka", "none", (f"max(samverk_outbox_waiting{own})", "rader"),
                      runbooks=("OutboxStuck",)),
            ]),
            Row("HTTP-dörren", [
                graph("Förfrågningar", "På tio minuter", "none", (f"samverk:door:requests_10m{own}", "alla")),
                graph("Svarstid", "Den långsammaste tjugondelen", "s",
                      (f"histogram_quantile(0.95, sum by (le) (rate(samverk_http_request_seconds_bucket{own}[10m])))",
                       "95 %"), runbooks=("DoorSlow", "DoorErrors")),
                graph("Databasanslutningar", "Tjänstens egen pott", "none",
                      (f"max by (state) (samverk_database_pool{own})", "{{state}}"), runbooks=("PoolExhausted",)),
            ]),
            _OWN[name],
            Row("Process", [
                graph("Minne", "Bytes", "bytes", (f"max(process_resident_memory_bytes{own})", "minne")),
                graph("CPU", "Andel av en kärna", "percentunit",
                      (f"max(rate(process_cpu_seconds_total{own}[5m]))", "cpu"), runbooks=("ServiceRestarting",)),
            ], 6),
        ],
        f', service="{name}"',
    )  # fmt: skip


DASHBOARDS: Sequence[Board] = (_OVERVIEW, *(_service(name) for name in SERVICES), KAFKA, POSTGRES)
