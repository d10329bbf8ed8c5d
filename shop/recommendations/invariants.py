"""What must always hold of recommendations."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I34",
        "at most 20 products are kept as bought with one",
        "SELECT product_id FROM recommendations_boughttogether GROUP BY product_id HAVING count(*) > 20",
    ),
    Invariant(
        "I34",
        "products count as bought together at most as often as paid orders hold both",
        """SELECT pair.id FROM recommendations_boughttogether pair LEFT JOIN (
               SELECT one_sku.product_id AS product, two_sku.product_id AS other, count(DISTINCT placed.id) AS orders
               FROM orders_order placed
               JOIN orders_orderline one ON one.order_id = placed.id JOIN catalog_sku one_sku ON one_sku.id = one.sku_id
               JOIN orders_orderline two ON two.order_id = placed.id JOIN catalog_sku two_sku ON two_sku.id = two.sku_id
               WHERE placed.paid_at IS NOT NULL AND NOT placed.is_sandbox GROUP BY 1, 2) held
           ON held.product = pair.product_id AND held.other = pair.other_id
           WHERE pair.orders > COALESCE(held.orders, 0)""",
    ),
    Invariant(
        "I34",
        "products that are bought together are counted anew when their orders get old",
        """SELECT DISTINCT pair.product_id FROM recommendations_boughttogether pair WHERE NOT EXISTS (
               SELECT 1 FROM "public"."tenants_due" d
               JOIN "public"."tenants_tenant" t ON t.uuid = d.shop AND t.schema_name = current_schema()
               WHERE d.kind = 'recommendations.forget' AND d.ref = pair.product_id::text AND NOT d.dead)""",
    ),
]
