"""What must always hold of the search."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I30",
        "the vocabulary counts what the products hold",
        """SELECT word FROM (
               SELECT substr(held, 2) AS word, count(*) AS frequency,
                      count(*) FILTER (WHERE left(held, 1) <> 'T') AS named,
                      count(*) FILTER (WHERE left(held, 1) = 'H') AS heads
               FROM search_searchdocument, unnest(counted) AS held GROUP BY 1
           ) right_one FULL JOIN search_searchterm term USING (word)
           WHERE (term.frequency, term.named, term.heads)
                 IS DISTINCT FROM (right_one.frequency, right_one.named, right_one.heads)""",
    ),
    Invariant(
        "I30",
        "changed words have the due work that counts them",
        """SELECT 1 WHERE EXISTS (SELECT FROM search_searchdocument WHERE stale) AND NOT EXISTS (
               SELECT FROM "public"."tenants_due" d
               JOIN "public"."tenants_tenant" t ON t.uuid = d.shop AND t.schema_name = current_schema()
               WHERE d.kind = 'search.vocabulary' AND NOT d.dead)""",
    ),
]
