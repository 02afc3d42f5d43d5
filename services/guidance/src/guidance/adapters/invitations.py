"""How invitations and the contact details given with them are kept, and erased."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.links import LinkInvalid, LinkVoid
from guidance.domain.invitations import Contact, Invitation
from guidance.domain.refusals import LinkTypeClosed, TypeUnknown

_SAVE: Final = sa.text("""
    INSERT INTO invitations (id, person, case_id, home_municipality, protected, session_type, version, created_at,
                             expires_at)
    VALUES (:id, :person, :case_id, :home_municipality, :protected, :session_type, 1, :now, :expires_at)
    ON CONFLICT (case_id) WHERE revoked_at IS NULL DO UPDATE SET
        expires_at = greatest(invitations.expires_at, excluded.expires_at),
        protected = invitations.protected OR excluded.protected
    RETURNING *
""")
_GET: Final = sa.text("""
    SELECT * FROM invitations WHERE id = CAST(:id AS uuid) AND revoked_at IS NULL
        AND expires_at > CAST(:now AS timestamptz)
""")
_RENEW: Final = sa.text("""
    UPDATE invitations SET version = version + 1 WHERE id = CAST(:id AS uuid) AND revoked_at IS NULL
        AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality) RETURNING *
""")
_REVOKE: Final = sa.text("""
    UPDATE invitations SET revoked_at = CAST(:now AS timestamptz) WHERE id = CAST(:id AS uuid) AND revoked_at IS NULL
        AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality) RETURNING *
""")
_FORGET_EMAIL: Final = sa.text("UPDATE contacts SET email = NULL WHERE invitation_id = CAST(:id AS uuid)")
_PUBLIC: Final = sa.text("SELECT public FROM session_types WHERE code = :code")
_SAVE_CONTACT: Final = sa.text("""
    INSERT INTO contacts AS c (invitation_id, email, phone, language, erase_after)
    VALUES (:invitation, :email, :phone, :language, :erase_after)
    ON CONFLICT (invitation_id) DO UPDATE SET email = coalesce(excluded.email, c.email),
        phone = coalesce(excluded.phone, c.phone), language = excluded.language,
        erase_after = greatest(c.erase_after, excluded.erase_after)
""")
_CONTACT: Final = sa.text("SELECT email, phone, language FROM contacts WHERE invitation_id = CAST(:id AS uuid)")
# The day given is moved on while a session is still ahead, so nobody is left without a reminder.
_ERASE: Final = sa.text("""
    DELETE FROM contacts AS c WHERE c.erase_after <= CAST(:now AS timestamptz) AND NOT EXISTS (
        SELECT FROM sessions AS s WHERE s.invitation_id = c.invitation_id AND s.status IN ('booked', 'offered')
            AND s.ends_at > CAST(:now AS timestamptz) - CAST(:kept AS interval))
      AND NOT EXISTS (SELECT FROM waitlist AS w WHERE w.invitation_id = c.invitation_id
                          AND w.status IN ('waiting', 'offered'))
    RETURNING 1
""")


async def save(connection: AsyncConnection, invitation: Invitation, *, now: datetime) -> Invitation:
    """Keep a new invitation; a case that has one keeps it, with its time prolonged. Gives what is then kept."""
    row = {
        "id": invitation.invitation,
        "person": invitation.person,
        "case_id": invitation.case,
        "home_municipality": invitation.home_municipality,
        "protected": invitation.protected,
        "session_type": invitation.session_type,
        "now": now,
        "expires_at": invitation.expires_at,
    }
    return _invitation((await connection.execute(_SAVE, row)).one())


async def check_type(connection: AsyncConnection, session_type: str) -> None:
    """Raises TypeUnknown, and LinkTypeClosed for a type that no link may book."""
    public = await connection.scalar(_PUBLIC, {"code": session_type})
    if public is None:
        raise TypeUnknown
    if not public:
        raise LinkTypeClosed


async def get(connection: AsyncConnection, invitation: UUID, version: int, *, now: datetime) -> Invitation:
    """The invitation of a link. Raises LinkVoid when it was replaced or ended."""
    row = (await connection.execute(_GET, {"id": invitation, "now": now})).first()
    if row is None or row.version != version:
        raise LinkVoid
    return _invitation(row)


async def current(connection: AsyncConnection, invitation: UUID, *, now: datetime) -> Invitation | None:
    """The invitation while it holds, whatever its version."""
    row = (await connection.execute(_GET, {"id": invitation, "now": now})).first()
    return None if row is None else _invitation(row)


async def renew(connection: AsyncConnection, invitation: UUID, *, municipality: str | None) -> Invitation:
    """Void all links given so far. Raises LinkInvalid."""
    row = (await connection.execute(_RENEW, {"id": invitation, "municipality": municipality})).first()
    if row is None:
        raise LinkInvalid
    return _invitation(row)


async def revoke(
    connection: AsyncConnection, invitation: UUID, *, municipality: str | None, now: datetime
) -> Invitation:
    """End the invitation. Raises LinkInvalid."""
    asked = {"id": invitation, "municipality": municipality, "now": now}
    row = (await connection.execute(_REVOKE, asked)).first()
    if row is None:
        raise LinkInvalid
    return _invitation(row)


async def save_contact(
    connection: AsyncConnection, invitation: UUID, contact: Contact, *, erase_after: datetime
) -> None:
    """Keep how the person is reached, until then."""
    row = {"invitation": invitation, "email": contact.email, "phone": contact.phone, "language": contact.language}
    await connection.execute(_SAVE_CONTACT, row | {"erase_after": erase_after})


async def forget_email(connection: AsyncConnection, invitation: UUID) -> None:
    """Of one whose identity turned out to be protected only the number to ring is kept."""
    await connection.execute(_FORGET_EMAIL, {"id": invitation})


async def contact(connection: AsyncConnection, invitation: UUID) -> Contact | None:
    """How the person is reached; None when nothing was given or it has been erased."""
    row = (await connection.execute(_CONTACT, {"id": invitation})).first()
    return None if row is None else Contact(email=row.email, phone=row.phone, language=row.language)


async def erase_contacts(connection: AsyncConnection, *, now: datetime, kept: timedelta) -> int:
    """Erase what is no longer needed; gives how many."""
    return len((await connection.execute(_ERASE, {"now": now, "kept": kept})).all())


def _invitation(row: sa.Row[Any]) -> Invitation:
    return Invitation(
        invitation=row.id,
        person=row.person,
        case=row.case_id,
        home_municipality=row.home_municipality,
        protected=row.protected,
        session_type=row.session_type,
        version=row.version,
        expires_at=row.expires_at,
    )
