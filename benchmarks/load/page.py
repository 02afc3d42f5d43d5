"""The figures as the page `docs/growing.md` shows them, between its two marks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from local_stack.settings import TOPICS_FILE

BEGIN, END = "<!-- figures: made by `make load` -->", "<!-- end of figures -->"
# Sweden has 290 municipalities
COUNTRY = 290


def write(content: Mapping[str, Any], page: Path) -> None:
    """Put the figures in their place. Raises ValueError when the page has lost its marks."""
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{page} lacks {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines(content)) + f"\n\n{END}{after}")


def lines(content: Mapping[str, Any]) -> Iterator[str]:
    """The whole section."""
    machine = content["machine"]
    yield (
        f"Measured {content['measured_at'][:10]} on {machine['cores']} cores ({machine['processor']}); "
        "senders, service, PostgreSQL and one broker share them."
    )
    for door, title in (("http", "HTTP, one event a request"), ("kafka", "Kafka, until every copy has it")):
        yield from _steps(title, content[door])
    batches = content["http_batches"]
    yield f"\nBatches of {batches['batch']} over HTTP: {batches['events_per_second']:,.0f} events a second.\n"
    yield from _consumers(content["consumers"])
    yield from _memory(content["soak"])
    yield from _country(content)


def _steps(title: str, door: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n**{title}**\n"
    yield "| senders | events/s | p50 ms | p99 ms | service, cores | service, MiB | broker, cores | PostgreSQL, cores |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for step in door["steps"]:
        costs = step["costs"]
        bends = " ←" if step["senders"] == door["bends_at"] else ""
        yield (
            f"| {step['senders']}{bends} | {step['events_per_second']:,.0f} "
            f"| {step['p50_ms']:.1f} | {step['p99_ms']:.1f} "
            f"| {costs['admissions']['cores']:.2f} | {costs['admissions']['memory_mb']:.0f} "
            f"| {costs['kafka']['cores']:.2f} | {costs['postgres']['cores']:.2f} |"
        )
    yield "\n← where it bends: more senders than this add waiting, and less than a tenth of speed."


def _consumers(consumers: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "**Consumers of one group, a backlog of applications**\n"
    yield "| consumers | events/s | beside one |"
    yield "|---:|---:|---:|"
    for each in consumers:
        beside = each["events_per_second"] / consumers[0]["events_per_second"]
        yield f"| {each['replicas']} | {each['events_per_second']:,.0f} | {beside:.2f} |"


def _memory(soak: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"\n**Memory** over {soak['seconds']:.0f} s at {soak['events_per_second']:,.0f} events a second: "
        f"{soak['early_mb']:.0f} MiB in the second fifth, {soak['late_mb']:.0f} MiB in the last "
        f"({soak['growth_percent']:+.1f} %)."
    )


def _country(content: Mapping[str, Any]) -> Iterator[str]:
    declared = yaml.safe_load(TOPICS_FILE.read_text())
    services, per = len(declared["services"]), 0
    for topic in declared["topics"]:
        if "{municipality}" in topic["name"]:
            per += topic["partitions"] * (services if "{service}" in topic["name"] else 1)
    own = sum(t["partitions"] * services for t in declared["topics"] if "{municipality}" not in t["name"])
    region = len(declared["municipalities"])
    one, door = content["consumers"][0]["events_per_second"], content["http"]["best"]
    yield "\n**From these figures**\n"
    yield "| | this region | the country |"
    yield "|---|---:|---:|"
    yield f"| municipalities | {region} | {COUNTRY} |"
    here, country = region * per + own, COUNTRY * per + own
    yield f"| partitions ({per} a municipality and {own} of the services) | {here} | {country:,} |"
    yield f"| copies of them on three brokers | {3 * here} | {3 * country:,} |"
    yield f"| events in an hour that one consumer takes | {one * 3600:,.0f} | {one * 3600:,.0f} |"
    yield f"| events in an hour through one HTTP door, one by one | {door * 3600:,.0f} | {door * 3600:,.0f} |"
