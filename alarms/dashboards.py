"""Grafana dashboards, made from the short lists in `panels`; `python -m alarms.dashboards` writes the files."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from alarms.panel import Board, Panel, Row
from alarms.panels import DASHBOARDS
from local_stack.settings import PROJECT

FOLDER: Final = PROJECT / "deploy" / "grafana" / "dashboards"
_WIDTH: Final = 24
_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_RUNBOOKS: Final = "https://samverk.example/docs/runbooks"


def main() -> None:
    """Write every dashboard."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for board in DASHBOARDS:
        (FOLDER / f"{board.uid}.json").write_text(rendered(board))


def rendered(board: Board) -> str:
    """The dashboard as Grafana reads it (schema 39, Grafana 10 and later)."""
    content = {
        "uid": board.uid,
        "title": board.title,
        "description": board.description,
        "tags": ["samverk"],
        "timezone": "Europe/Stockholm",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [{"title": "Samverk", "type": "dashboards", "tags": ["samverk"], "asDropdown": True}],
        "templating": {
            "list": [{"name": "datasource", "label": "Datakälla", "type": "datasource", "query": "prometheus"}]
        },
        "annotations": {"list": [_alerts(board)]},
        "panels": list(_panels(board.rows)),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _alerts(board: Board) -> dict[str, Any]:
    """Alerts as marks in every graph."""
    return {
        "name": "Larm", "datasource": _SOURCE, "enable": True, "iconColor": "red",
        "expr": f'ALERTS{{alertstate="firing", severity!="info"{board.alerts}}}',
        "titleFormat": "{{alertname}} {{municipality}}",
    }  # fmt: skip


def _panels(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Rows from the top; the panels of a row share its width."""
    number, top = 1, 0
    for row in rows:
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "panels": [],
               "gridPos": {"x": 0, "y": top, "w": _WIDTH, "h": 1}}  # fmt: skip
        number, top = number + 1, top + 1
        width = _WIDTH // len(row.panels)
        for place, panel in enumerate(row.panels):
            yield _panel(panel, number, {"x": place * width, "y": top, "w": width, "h": row.height})
            number += 1
        top += row.height


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
        "links": [{"title": f"Gör så här: {name}", "url": f"{_RUNBOOKS}/{name}.md"} for name in panel.runbooks],
        "targets": [
            {"refId": chr(65 + index), "datasource": _SOURCE, "expr": expression, "legendFormat": legend,
             "instant": False, "format": "time_series"}
            for index, (expression, legend) in enumerate(panel.queries)
        ],
    }  # fmt: skip


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    steps += [{"color": color, "value": value} for color, value in zip(("orange", "red"), panel.limits, strict=False)]
    return {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "background", "graphMode": "area"}
    if panel.kind == "timeseries":
        return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}}
    return {}


if __name__ == "__main__":
    main()
