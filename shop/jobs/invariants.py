"""What must always hold of jobs."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I19",
        "every unfinished job has its due work, and every job its expiry",
        """SELECT j.id FROM jobs_job j WHERE EXISTS (
               SELECT 1 FROM (VALUES ('jobs.run'), ('jobs.expire')) wanted (kind)
               WHERE (wanted.kind = 'jobs.expire' OR j.state IN ('QUEUED', 'RUNNING')) AND NOT EXISTS (
                   SELECT 1 FROM "public"."tenants_due" d
                   JOIN "public"."tenants_tenant" t ON t.uuid = d.shop AND t.schema_name = current_schema()
                   WHERE d.kind = wanted.kind AND d.ref = j.key AND NOT d.dead))""",
    ),
]
