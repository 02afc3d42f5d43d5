"""What the dashboards of Kafka and PostgreSQL show."""

from alarms.panel import Board, Row, graph, one

_HITS = (
    "sum by (service) (samverk_database_blks_hit)"
    " / sum by (service) (samverk_database_blks_hit + samverk_database_blks_read)"
)
KAFKA = Board(
    "samverk-kafka", "Samverk: Kafka", "Noder, kopior, ledare och flöde.",
    [
        Row("Nu", [
            one("Noder uppe", "Av dem som ska finnas", "none", 'sum(up{job="kafka"})', runbook="BrokerDown"),
            one("Utan kopia", "Partitioner med för få kopior i takt", "none",
                "sum(kafka_replica_manager_underreplicatedpartitions)", 1, 10, runbook="UnderReplicatedPartitions"),
            one("Avvisar skrivning", "Partitioner under min.insync.replicas", "none",
                "sum(kafka_replica_manager_underminisrpartitioncount)", 1, 1, runbook="UnderMinIsr"),
            one("Utan ledare", "Partitioner som varken läses eller skrivs", "none",
                "max(kafka_controller_offlinepartitionscount)", 1, 1, runbook="OfflinePartitions"),
            one("Styrande nod", "Ska vara 1", "none", "sum(kafka_controller_activecontrollercount)",
                runbook="NoController"),
        ], 5),
        Row("Flöde", [
            graph("In", "Bytes per sekund och nod", "Bps", ("rate(kafka_broker_bytesin_total[5m])", "{{broker}}")),
            graph("Ut", "Bytes per sekund och nod", "Bps", ("rate(kafka_broker_bytesout_total[5m])", "{{broker}}")),
            graph("Händelser in", "Per sekund och nod", "ops",
                  ("rate(kafka_broker_messagesin_total[5m])", "{{broker}}")),
        ]),
        Row("Tider", [
            graph("Skrivning", "99 av 100 är snabbare", "ms",
                  ('kafka_request_milliseconds{request="Produce", statistic="99thPercentile"}', "{{broker}}")),
            graph("Lediga trådar", "Andel; under 0,3 är noden överlastad", "percentunit",
                  ("kafka_request_handler_idle_ratio", "{{broker}}")),
            graph("Minne i Java", "Bytes", "bytes", ('jvm_memory_used_bytes{area="heap"}', "{{broker}}")),
        ]),
        Row("Eftersläpning per tjänst och ämne", [
            graph("Händelser", "Som väntar", "none", ("samverk:consumer:lag_records", "{{service}} {{topic}}"),
                  runbooks=("ConsumerStalled",)),
            graph("Tid", "Äldsta", "s", ("samverk:consumer:lag_seconds", "{{service}} {{topic}}"),
                  runbooks=("EventsLate",)),
        ]),
    ],
    ', service="kafka"',
)  # fmt: skip
POSTGRES = Board(
    "samverk-postgres", "Samverk: PostgreSQL", "Servern, och varje tjänsts databas för sig.",
    [
        Row("Servern", [
            one("Uppe", "1 när den svarar", "none", "min(pg_up)", runbook="PostgresDown"),
            one("Anslutningar", "Andel av dem som finns", "percentunit", "samverk:postgres:connections_ratio", 0.6, 0.8,
                runbook="PostgresConnectionsNearLimit"),
            one("Äldsta transaktion", "Alla databaser", "s",
                "max(samverk_database_longest_transaction_seconds)", 60, 600,
                runbook="LongTransaction"),
            one("Ledig disk", "Det fullaste filsystemet", "percentunit", "min(samverk:disk:free_ratio)",
                runbook="DiskAlmostFull"),
        ], 5),
        Row("Per tjänst", [
            graph("Anslutningar", "Till varje databas", "none",
                  ("max by (service) (samverk_database_connections)", "{{service}}")),
            graph("Transaktioner", "Bekräftade per sekund", "ops",
                  ("sum by (service) (rate(samverk_database_commits[5m]))", "{{service}}")),
            graph("Storlek", "På disk", "bytes", ("max by (service) (samverk_database_size_bytes)", "{{service}}"),
                  runbooks=("DiskFilling",)),
        ]),
        Row("I vägen", [
            graph("Väntar på lås", "Anslutningar", "none",
                  ("max by (service) (samverk_database_waiting_for_locks)", "{{service}}"),
                  runbooks=("PoolExhausted",)),
            graph("Låsningar", "På en timme", "none",
                  ("max by (service) (increase(samverk_database_deadlocks[1h]))", "{{service}}"),
                  runbooks=("Deadlocks",)),
            graph("Träff i minnet", "Andel block som inte lästes från disk", "percentunit",
                  (_HITS,
                   "{{service}}")),
        ]),
    ],
    ', service="postgres"',
)  # fmt: skip
