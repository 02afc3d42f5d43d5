"""What to bring to a session of a type, shown to those who book by link."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_BRING = [
    (
        "guidance",
        "Dina frågor, och gärna betyg eller omdömen om du har dem.",
        "Your questions, and your grades or assessments if you have them.",
    ),
    ("short", "Din fråga.", "Your question."),
    (
        "change",
        "Din ansökan eller en lista på det du vill söka, och dina betyg.",
        "Your application or a list of what you want to apply for, and your grades.",
    ),
    (
        "study_plan",
        "Betyg och intyg från tidigare studier och arbete, och ditt mål med studierna.",
        "Grades and certificates of earlier studies and work, and the aim of your studies.",
    ),
    ("follow_up", "Ditt antagningsbesked.", "Your notification of admission."),
]


def upgrade() -> None:
    """Add it, with words to begin with; they are the region's to change."""
    for language in ("sv", "en"):
        op.add_column("session_types", sa.Column(f"bring_{language}", sa.Text, comment="shown to the one who booked"))
    types = sa.table("session_types", sa.column("code"), sa.column("bring_sv"), sa.column("bring_en"))
    for code, sv, en in _BRING:
        op.execute(types.update().where(types.c.code == code).values(bring_sv=sv, bring_en=en))


def downgrade() -> None:
    """Drop it."""
    for language in ("sv", "en"):
        op.drop_column("session_types", f"bring_{language}")
