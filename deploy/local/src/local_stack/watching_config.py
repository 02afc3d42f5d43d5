"""The folder that Prometheus and Alertmanager are started from: deploy/'s files and this stack's addresses."""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local_stack.settings import PROJECT

PROMETHEUS, ALERTMANAGER = PROJECT / "deploy" / "prometheus", PROJECT / "deploy" / "alertmanager"
LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the configuration is taken from; a test gives its own."""

    prometheus: Path = PROMETHEUS
    alertmanager: Path = ALERTMANAGER


def lay_out(folder: Path, sources: Sources) -> None:
    """Copy the configuration into `folder`, anew."""
    for part in ("prometheus", "alertmanager"):
        shutil.rmtree(folder / part, ignore_errors=True)
    shutil.copytree(sources.prometheus, folder / "prometheus", ignore=shutil.ignore_patterns("tests", "*.md"))
    shutil.copytree(sources.alertmanager, folder / "alertmanager", ignore=shutil.ignore_patterns("tests", "*.md"))
    (folder / "prometheus" / "targets").mkdir(exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Who is to be asked. `urls` are the services', `kafka` the JMX exporters' by broker, `tls` who speaks TLS."""

    urls: Mapping[str, str]
    kafka: Mapping[str, int]
    tls: Sequence[str]
    ports: Mapping[str, int]


def targets(addresses: Addresses) -> dict[str, list[dict[str, object]]]:
    """The content of targets/<job>.json for every job."""
    blackbox = f"{LOCAL}:{addresses.ports['blackbox']}"
    urls = addresses.urls
    own = {name: [_target([f"{LOCAL}:{addresses.ports[name]}"])] for name in ("prometheus", "alertmanager", "node")}
    return {
        **own,
        "postgres": [_target([f"{LOCAL}:{addresses.ports['postgres-exporter']}"])],
        "samverk": [_target([urlsplit(url).netloc], service=service) for service, url in urls.items()],
        "probe": [
            _target([f"{url}/health/{probe}"], service=service, probe=probe, __blackbox=blackbox)
            for service, url in urls.items()
            for probe in ("live", "ready")
        ],
        "certificate": [_target(list(addresses.tls), __blackbox=blackbox)] if addresses.tls else [],
        "kafka": [_target([f"{LOCAL}:{port}"], broker=name) for name, port in addresses.kafka.items()],
    }


def write_targets(folder: Path, content: Mapping[str, Iterable[object]]) -> None:
    """Write targets/*.json; Prometheus notices by itself."""
    for job, listed in content.items():
        path = folder / "prometheus" / "targets" / f"{job}.json"
        path.with_suffix(".new").write_text(json.dumps(list(listed), indent=1))
        path.with_suffix(".new").replace(path)


def _target(addresses: Sequence[str], **labels: str) -> dict[str, object]:
    return {"targets": list(addresses), "labels": labels}
