"""What must always hold of the catalogue."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I31",
        "a product's price is that of its cheapest SKU",
        """SELECT p.id FROM catalog_product p WHERE p.price <> COALESCE((
               SELECT min(s.price) FROM catalog_sku s WHERE s.product_id = p.id AND s.archived_at IS NULL), 0)""",
    ),
    Invariant(
        "I19",
        "a product that waits for its time on or off the shelf has its due work",
        """SELECT p.id FROM catalog_product p WHERE (p.on_shelf_at IS NOT NULL OR p.off_shelf_at IS NOT NULL)
           AND NOT EXISTS (
               SELECT 1 FROM "public"."tenants_due" d
               JOIN "public"."tenants_tenant" t ON t.uuid = d.shop AND t.schema_name = current_schema()
               WHERE d.kind = 'catalog.shelf' AND d.ref = p.key AND NOT d.dead)""",
    ),
]
