"""What must always hold of the library."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I25",
        "the room that counts as used is the sum of the assets",
        """SELECT usage.id FROM library_usage usage
           WHERE usage.bytes <> (
               SELECT COALESCE(SUM(asset.bytes), 0) FROM library_asset asset WHERE asset.archived_at IS NULL
               AND CASE usage.scope WHEN 'shop' THEN asset.owner = '' WHEN 'members' THEN asset.owner <> ''
                   ELSE asset.owner <> '' AND 'member:' || asset.owner = usage.scope END
           )
           UNION ALL
           SELECT asset.id FROM library_asset asset
           WHERE asset.archived_at IS NULL AND asset.bytes > 0 AND NOT EXISTS (
               SELECT 1 FROM library_usage usage
               WHERE usage.scope = CASE asset.owner WHEN '' THEN 'shop' ELSE 'member:' || asset.owner END
           )""",
    ),
]
