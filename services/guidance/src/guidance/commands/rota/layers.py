"""Coordinators' changes of a rota; each plans its shifts anew in the same transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from guidance.adapters import rota as rotas
from guidance.commands.rota.planning import plan
from guidance.domain.rota import layers, schedule
from guidance.domain.rota.layers import Layer
from guidance.domain.rota.schedule import Override
from shared.work import UnitOfWork, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class AddRota:
    """A rota without layers."""

    rota: UUID
    name: str


async def add_rota(command: AddRota, unit_of_work: UnitOfWork) -> None:
    """Make an empty rota."""
    async with unit_of_work() as work:
        await rotas.add(work.connection, command.rota, command.name)
        await plan(work, await rotas.lock(work.connection, command.rota, now=work.now))


async def save_layer(rota: UUID, layer: Layer, unit_of_work: UnitOfWork) -> None:
    """Add or replace a layer. Raises LayerWrong, ParticipantUnknown, RotaUnknown."""
    layers.check(layer)
    await _change(rota, unit_of_work, lambda work: rotas.save_layer(work.connection, rota, layer, now=work.now))


async def remove_layer(rota: UUID, layer: UUID, unit_of_work: UnitOfWork) -> None:
    """Take a layer out, with the shifts that have not ended."""
    await _change(rota, unit_of_work, lambda work: rotas.remove_layer(work.connection, rota, layer))


async def add_override(rota: UUID, override: Override, unit_of_work: UnitOfWork) -> None:
    """Put somebody on duty or take somebody off for a time. Raises OverrideWrong, ParticipantUnknown, RotaUnknown."""
    schedule.check(override)
    await _change(rota, unit_of_work, lambda work: rotas.save_override(work.connection, rota, override, now=work.now))


async def remove_override(rota: UUID, override: UUID, unit_of_work: UnitOfWork) -> None:
    """Take an override back."""
    await _change(rota, unit_of_work, lambda work: rotas.remove_override(work.connection, rota, override))


async def _change(rota: UUID, unit_of_work: UnitOfWork, change: Callable[[Work], Awaitable[None]]) -> None:
    async with unit_of_work() as work:
        before = await rotas.lock(work.connection, rota, now=work.now)
        await change(work)
        await plan(work, before)
