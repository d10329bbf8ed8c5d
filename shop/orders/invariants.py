"""What must always hold of orders."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I3",
        "an order's amounts are the sums of its lines",
        """SELECT o.id FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id GROUP BY o.id
           HAVING o.subtotal <> COALESCE(SUM(l.amount), 0) OR o.discount <> COALESCE(SUM(l.discount), 0)
               OR o.total <> COALESCE(SUM(l.total), 0) + o.freight""",
    ),
    Invariant(
        "I3",
        "a line's discount is what its promotions took off",
        """SELECT l.id FROM orders_orderline l LEFT JOIN orders_orderpromotion p ON p.line_id = l.id GROUP BY l.id
           HAVING l.discount <> COALESCE(SUM(p.amount), 0)""",
    ),
    Invariant(
        "I4",
        "unit price times quantity is the line's amount",
        "SELECT id FROM orders_orderline WHERE amount <> unit_price * quantity OR quantity < 1",
    ),
    Invariant(
        "I1",
        "an open order holds its stock, a paid one has taken it, a cancelled one neither",
        """SELECT o.id FROM (
               SELECT order_id, sku_id, bucket, sum(quantity) AS quantity FROM orders_orderline
               GROUP BY order_id, sku_id, bucket
           ) l JOIN orders_order o ON o.id = l.order_id
           LEFT JOIN inventory_stockitem item ON item.sku_id = l.sku_id AND item.bucket = l.bucket
           LEFT JOIN inventory_reservation held
                ON held.ref = o.number AND held.stock_item_id = item.id AND held.state = 'HELD'
           LEFT JOIN inventory_reservation taken
                ON taken.ref = o.number AND taken.stock_item_id = item.id AND taken.state = 'COMMITTED'
           WHERE NOT o.is_sandbox AND (
                  (o.state = 'UNPAID' AND held.quantity IS DISTINCT FROM l.quantity)
               OR (o.state IN ('WAIT_GROUP', 'TO_SHIP', 'SHIPPED', 'COMPLETED')
                   AND taken.quantity IS DISTINCT FROM l.quantity)
               OR (o.state = 'CANCELLED' AND held.id IS NOT NULL))""",
    ),
    Invariant(
        "I24",
        "an order's log ends in its state",
        """SELECT o.id FROM orders_order o JOIN LATERAL (
               SELECT e.after FROM orders_orderevent e WHERE e.order_id = o.id AND e.after <> ''
               ORDER BY e.id DESC LIMIT 1
           ) last ON true WHERE last.after <> o.state""",
    ),
    Invariant(
        "I2",
        "a member's count of unpaid orders is right",
        """SELECT m.id FROM members_member m WHERE m.unpaid_orders <> (
               SELECT count(*) FROM orders_order o
               WHERE o.member_id = m.id AND o.state = 'UNPAID' AND NOT o.is_sandbox)""",
    ),
    Invariant(
        "I19",
        "every unpaid order has its expiry",
        """SELECT o.id FROM orders_order o WHERE o.state = 'UNPAID' AND NOT o.is_sandbox AND NOT EXISTS (
               SELECT 1 FROM "public"."tenants_due" d
               JOIN "public"."tenants_tenant" t ON t.uuid = d.shop AND t.schema_name = current_schema()
               WHERE d.kind = 'orders.expire' AND d.ref = o.number AND NOT d.dead)""",
    ),
    Invariant(
        "I2",
        "a member's count of a limited product is the sum of the orders in it",
        """SELECT COALESCE(stored.id, 0) FROM orders_purchasecount stored FULL JOIN (
               SELECT o.member_id, sku.product_id, sum(l.quantity - l.refunded_quantity) AS units,
                      bool_or(o.state = 'CANCELLED') AS gone
               FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
               JOIN catalog_sku sku ON sku.id = l.sku_id
               WHERE l.is_counted AND NOT l.is_gift GROUP BY o.member_id, sku.product_id
           ) orders USING (member_id, product_id)
           WHERE stored.units IS DISTINCT FROM COALESCE(orders.units, 0) OR orders.gone""",
    ),
    Invariant(
        "I35",
        "a trial order holds no stock, no money and no parcel",  # whose it is, its foreign key holds
        """SELECT o.id FROM orders_order o WHERE o.is_sandbox AND (
                  EXISTS (SELECT 1 FROM inventory_reservation held WHERE held.ref = o.number)
               OR EXISTS (SELECT 1 FROM payments_attempt tried WHERE tried.order_id = o.id)
               OR EXISTS (SELECT 1 FROM payments_payment money WHERE money.order_id = o.id)
               OR EXISTS (SELECT 1 FROM fulfilment_package sent WHERE sent.order_id = o.id)
               OR EXISTS (SELECT 1 FROM aftersale_aftersale claim WHERE claim.order_id = o.id))""",
    ),
    Invariant(
        "I18",
        "nothing an erased member filled in is left in orders",
        """SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
           JOIN members_member m ON m.id = o.member_id
           WHERE m.erased_at IS NOT NULL AND (l.form <> '[]' OR l.personal_answers_sealed <> '')
             AND m.erased_at < now() - interval '5 minutes'""",
    ),
]
