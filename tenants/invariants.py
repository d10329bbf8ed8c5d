"""What must always hold of the platform's own tables."""

from django.db import connection

_SQL: dict[str, tuple[str, ...]] = {
    "I15": (
        # a shop without a living schema of its own
        """SELECT t.id FROM "public"."tenants_tenant" t LEFT JOIN "public"."tenants_schema" s
           ON s.name = t.schema_name AND s.state = 'LIVE' LEFT JOIN pg_namespace n ON n.nspname = t.schema_name
           WHERE s.name IS NULL OR n.oid IS NULL""",
        # a living schema that belongs to nobody
        """SELECT s.name FROM "public"."tenants_schema" s LEFT JOIN "public"."tenants_tenant" t
           ON t.schema_name = s.name WHERE s.state = 'LIVE' AND s.name <> 'console' AND t.id IS NULL""",
        # a shop that nobody can reach
        """SELECT t.id FROM "public"."tenants_tenant" t WHERE NOT EXISTS (
               SELECT 1 FROM "public"."tenants_domain" d WHERE d.tenant_id = t.id AND d.is_primary)""",
    ),
    "I19": (
        # work that was given up
        'SELECT id FROM "public"."tenants_due" WHERE dead',
        # an event that nobody relayed
        """SELECT event_id FROM "public"."tenants_outbox"
           WHERE relayed_at IS NULL AND occurred_at < now() - interval '5 minutes'""",
    ),
}


def platform_violations() -> dict[str, int]:
    """Return code → number of violating rows."""
    counts = {}
    with connection.cursor() as cursor:
        for code, statements in _SQL.items():
            counts[code] = 0
            for statement in statements:
                cursor.execute(f"SELECT count(*) FROM ({statement}) violation")  # noqa: S608  (texts of this code)
                counts[code] += cursor.fetchone()[0]
    return counts
