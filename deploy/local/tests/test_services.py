"""How the stack migrates and starts a service; a stand-in of a few lines takes the place of the real one."""

import json
from pathlib import Path

import httpx
import pytest

from local_stack.processes import CommandFailed
from local_stack.settings import Settings
from local_stack.stack import Stack

STAND_IN = """
import http.server, json, os, sys, pathlib
if sys.argv[1] == "migrate":
    if "FAIL" in os.environ:
        sys.exit("the database is too old")
    pathlib.Path(os.environ["NOTES"], "migrated").touch()
    sys.exit()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()
        told = {key: value for key, value in os.environ.items() if key.startswith("SAMVERK_")}
        told["migrated"] = pathlib.Path(os.environ["NOTES"], "migrated").exists()
        self.wfile.write(json.dumps(told).encode())

http.server.HTTPServer((os.environ["SAMVERK_HOST"], int(os.environ["SAMVERK_PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    """An environment in which `python -m pricing` is the stand-in."""
    package = tmp_path / "pricing"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN)
    return {"PYTHONPATH": str(tmp_path), "NOTES": str(tmp_path)}


async def test_a_service_is_migrated_then_started_with_all_it_must_know(
    folder: Path, around: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMVERK_POSTGRES", "")
    steps: list[tuple[str, int, int]] = []
    settings = Settings(state=folder, broker="tansu")

    async with (
        Stack(
            settings=settings, services=["pricing"], environment=around, on_step=lambda *step: steps.append(step)
        ) as stack,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        told = (await client.get(f"{stack.urls['pricing']}/health/ready")).json()

    assert told["migrated"]
    assert told["SAMVERK_DATABASE_URL"] == stack.database_urls["pricing"]
    assert told["SAMVERK_KAFKA"] == stack.kafka
    assert told["SAMVERK_KAFKA_IDEMPOTENCE"] == "0"
    assert told["SAMVERK_ISSUER"] == stack.issuer_url
    assert told["SAMVERK_JWKS_URL"] == f"{stack.issuer_url}/.well-known/jwks.json"
    assert json.loads(told["SAMVERK_PEERS"]) == stack.urls
    assert "SAMVERK_POSTGRES" not in told
    assert steps[-1] == ("pricing", 7, 7)


async def test_a_failed_migration_ends_the_start_with_its_last_words(folder: Path, around: dict[str, str]) -> None:
    stack = Stack(
        settings=Settings(state=folder, broker="tansu"), services=["pricing"], environment=around | {"FAIL": "1"}
    )

    with pytest.raises(CommandFailed, match="the database is too old"):
        await stack.__aenter__()

    assert all(stack.supervisor.pid(name) is None for name in stack.supervisor.names())
