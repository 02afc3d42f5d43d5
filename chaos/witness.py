"""A witness in each database: notes every change of what a report is about, in the very transaction that makes it.

The service's own tables say how things stand; only the witness says how they came to stand so.
"""

import asyncpg

# For each service: the table that its reports change, and what names the subject.
_WATCHED = {
    "admissions": ("applications", "NEW.applicant_id::text"),
    "catalogue": ("offerings", "NEW.offering"),
    "guidance": ("counsellors", "NEW.counsellor::text"),
    "pricing": ("cost_bases", "NEW.municipality || '-' || NEW.price_year || '-' || NEW.programme"),
}
# SECURITY DEFINER: the service's role can neither read nor change what was noted.
_WITNESS = """
CREATE SCHEMA chaos;
CREATE TABLE chaos.seen (number bigint GENERATED ALWAYS AS IDENTITY, subject text NOT NULL, revision bigint NOT NULL);
CREATE FUNCTION chaos.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = chaos AS $$
BEGIN
    INSERT INTO chaos.seen (subject, revision) VALUES ({subject}, NEW.revision);
    RETURN NEW;
END $$;
CREATE TRIGGER zz_chaos AFTER INSERT OR UPDATE ON public.{table} FOR EACH ROW EXECUTE FUNCTION chaos.note();
"""


async def install(url: str, service: str) -> None:
    """Set the witness in a service's migrated database; `url` is the superuser's."""
    table, subject = _WATCHED[service]
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_WITNESS.format(table=table, subject=subject))
    finally:
        await connection.close()
