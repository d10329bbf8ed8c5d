"""What must always hold of the front page."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I33",
        "the front page has at most 10 banners, 20 entries and 3 strips",
        """SELECT place FROM decoration_homeitem GROUP BY place
           HAVING count(*) > CASE place WHEN 'BANNER' THEN 10 WHEN 'ENTRY' THEN 20 ELSE 3 END""",
    ),
    Invariant(
        "I19",
        "an item of the front page that waits for its time has its due work",
        """SELECT item.id FROM decoration_homeitem item
           WHERE GREATEST(item.starts_at, item.ends_at) > now() + interval '1 minute' AND NOT EXISTS (
               SELECT 1 FROM "public"."tenants_due" d
               JOIN "public"."tenants_tenant" t ON t.uuid = d.shop AND t.schema_name = current_schema()
               WHERE d.kind = 'decoration.turn' AND d.ref = item.key AND NOT d.dead)""",
    ),
]
