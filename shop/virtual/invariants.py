"""What must always hold of virtual goods."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I1",
        "free secrets are the stock of their SKU and what is paid but not delivered",
        """SELECT sku.id FROM catalog_sku sku JOIN catalog_product product ON product.id = sku.product_id
           WHERE product.kind = 'CARD' AND (
               SELECT count(*) FROM virtual_cardsecret secret WHERE secret.sku_id = sku.id AND secret.state = 'FREE'
           ) <> COALESCE((SELECT sum(item.on_hand) FROM inventory_stockitem item WHERE item.sku_id = sku.id), 0)
             + COALESCE((SELECT sum(greatest(l.quantity - l.refunded_quantity - l.shipped_quantity, 0))
                         FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
                         WHERE l.sku_id = sku.id AND o.paid > 0 AND o.state NOT IN ('UNPAID', 'CANCELLED')
                               AND NOT o.is_sandbox), 0)""",
    ),
    Invariant(
        "I2",
        "a delivered line of cards has as many secrets as units, refunded ones void",
        """SELECT l.id FROM orders_orderline l
           LEFT JOIN virtual_cardsecret secret ON secret.order_line_id = l.id
           WHERE l.kind = 'CARD' GROUP BY l.id
           HAVING count(secret.id) <> l.shipped_quantity
               OR count(*) FILTER (WHERE secret.state = 'VOID')
                  <> greatest(l.refunded_quantity + l.shipped_quantity - l.quantity, 0)""",
    ),
    Invariant(
        "I2",
        "a service is used as often as it was redeemed, and its open units are those of its code",
        """SELECT l.id FROM orders_orderline l
           LEFT JOIN virtual_servicecode code ON code.order_line_id = l.id
           WHERE l.kind = 'SERVICE' AND (
               l.open_units <> COALESCE(code.units - code.used - code.refunded - code.expired, 0)
               OR l.shipped_quantity <> COALESCE(code.units, 0)
               OR code.refunded <> greatest(l.refunded_quantity + l.shipped_quantity - l.quantity, 0)
               OR code.used <> (
                   SELECT COALESCE(sum(r.units), 0) FROM virtual_redemption r WHERE r.code_id = code.id))""",
    ),
    Invariant(
        "I19",
        "what was paid an hour ago and needs no parcel was delivered",
        """SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
           WHERE l.kind <> 'GOODS' AND o.state = 'TO_SHIP' AND o.paid_at < now() - interval '1 hour'
             AND NOT o.is_sandbox AND l.quantity - l.refunded_quantity > l.shipped_quantity""",
    ),
]
