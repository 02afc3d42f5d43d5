"""Dashboards as Grafana would read them."""

import json
from itertools import combinations

import pytest

from alarms.dashboards import FOLDER
from alarms.rules import alerts

BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
each = pytest.mark.parametrize("board", BOARDS.values(), ids=list(BOARDS))


def cells(panel) -> set[tuple[int, int]]:
    place = panel["gridPos"]
    return {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}


def test_there_is_one_for_each_part_with_an_id_of_its_own():
    assert {"samverk-overview", "samverk-kafka", "samverk-postgres", "samverk-pricing"} <= set(BOARDS)
    assert {board["uid"] for board in BOARDS.values()} == set(BOARDS)


@each
def test_panels_have_ids_and_places_of_their_own(board):
    panels = board["panels"]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)
    overlapping = [(a["title"], b["title"]) for a, b in combinations(panels, 2) if cells(a) & cells(b)]
    assert overlapping == []


@each
def test_a_panel_has_title_description_unit_and_the_datasource_of_the_board(board):
    assert [variable["name"] for variable in board["templating"]["list"]] == ["datasource"]
    for panel in (panel for panel in board["panels"] if panel["type"] != "row"):
        assert panel["title"]
        assert panel["description"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["targets"]
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])


@each
def test_a_panel_links_to_runbooks_that_there_are(board):
    known = {alert.name for alert in alerts()}
    linked = {link["url"].rpartition("/")[2] for panel in board["panels"] for link in panel.get("links", [])}

    assert {name.removesuffix(".md") for name in linked} <= known
