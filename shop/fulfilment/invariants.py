"""What must always hold of packages."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I2",
        "units of goods that were sent are those in the order's packages",
        """SELECT l.id FROM orders_orderline l LEFT JOIN fulfilment_packageline p ON p.order_line_id = l.id
           WHERE l.kind = 'GOODS' GROUP BY l.id HAVING l.shipped_quantity <> COALESCE(SUM(p.quantity), 0)""",
    ),
    Invariant(
        "I2",
        "one parcel at most is an order's last, and one is when the order was sent",
        """SELECT o.id FROM orders_order o JOIN fulfilment_package p ON p.order_id = o.id
           WHERE o.state IN ('TO_SHIP', 'SHIPPED', 'COMPLETED') GROUP BY o.id
           HAVING COUNT(*) FILTER (WHERE p.is_last) > 1
               OR o.state <> 'TO_SHIP' AND COUNT(*) FILTER (WHERE p.is_last) = 0""",
    ),
    Invariant(
        "I2",
        "a package holds only what its own order has",
        """SELECT p.id FROM fulfilment_packageline p JOIN fulfilment_package package ON package.id = p.package_id
           JOIN orders_orderline l ON l.id = p.order_line_id WHERE l.order_id <> package.order_id""",
    ),
]
