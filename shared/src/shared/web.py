"""The HTTP application of a service: its own routers and those that every service has."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.responses import Response

from shared import answers, door, health, start
from shared.front import Front
from shared.observability.metrics import Metrics
from shared.observability.web import observe
from shared.operations import api as operations
from shared.operations import pages as operations_pages
from shared.operations.lags import Lags
from shared.problems import Page, Problems
from shared.service import Parts, Service
from shared.settings import Settings
from shared.sink import EventSink


@dataclass(frozen=True, kw_only=True)
class Web:
    """What the application is made of. Without `with_api` it has only health and metrics."""

    service: Service
    settings: Settings
    parts: Parts
    front: Front
    sink: EventSink
    metrics: Metrics
    registry: CollectorRegistry
    checks: Mapping[str, health.Check]
    silent: Callable[[], list[str]]
    with_api: bool = True


def build_app(web: Web, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """The application, not yet started."""
    app = FastAPI(
        title=f"Samverk {web.service.name}",
        summary=web.service.title.en,
        version="1",
        lifespan=lifespan,
        # The stock pages load from content networks; the start page links to the documents themselves.
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(health.router(web.checks, web.silent))
    app.add_api_route("/metrics", _metrics(web.registry), methods=["GET"], tags=["health"], include_in_schema=False)
    page: Page | None = None
    if web.with_api:
        _add_doors(app, web)
        page = _add_pages(app, web)
    Problems({**operations.ERRORS, **web.service.errors}, page).install(app)
    observe(app, web.metrics)
    return app


def _add_doors(app: FastAPI, web: Web) -> None:
    service, parts = web.service, web.parts
    contracts = parts.contracts
    reported = [reading.type for reading in service.readings if contracts.get(reading.type).inbound]
    opening = door.Door(service.name, reported, contracts, web.sink, web.metrics, web.settings.max_body_bytes)
    app.include_router(door.router(opening, parts.guard))
    app.include_router(answers.router(parts.unit_of_work, contracts, parts.guard))
    desk = operations.Desk(service, parts, Lags(service.name, service.listens_to, web.settings))
    for router in (*service.routers(parts), operations.router(desk), operations_pages.router(desk)):
        app.include_router(router)
    document = service.asyncapi(contracts)

    @app.get("/asyncapi.json", tags=["events"], include_in_schema=False)
    async def asyncapi() -> JSONResponse:
        """The events this service reads and says (AsyncAPI 3)."""
        return JSONResponse(document)


def _add_pages(app: FastAPI, web: Web) -> Page:
    """The start page, logging in, and the static files; gives what shows a problem to a browser."""
    service, parts, pages = web.service, web.parts, web.front.pages
    titles = start.titles(parts.contracts, [reading.type for reading in service.readings])
    overview = start.Overview(parts.unit_of_work, titles, service.state, web.checks, parts.clock)
    app.include_router(start.router(pages, overview, web.front.entrance.visitor))
    app.include_router(web.front.login)
    pages.statics.install(app)
    return pages.problem


def _metrics(registry: CollectorRegistry) -> Callable[[], Any]:
    def metrics() -> Response:
        """Numbers for Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return metrics
