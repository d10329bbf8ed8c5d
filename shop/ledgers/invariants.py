"""What must always hold of accounts."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I11",
        "an account holds the sum of its entries",
        """SELECT a.id FROM ledgers_account a LEFT JOIN ledgers_ledgerentry e ON e.account_id = a.id GROUP BY a.id
           HAVING a.balance - a.debt <> COALESCE(SUM(e.amount), 0)""",
    ),
    Invariant(
        "I11",
        "points that pay for an order were spent, and go back with what is cancelled or refunded",
        """SELECT o.id FROM orders_order o
           JOIN (
               SELECT order_id, sum(points_used) AS used,
                      sum(CASE WHEN refunded_quantity = quantity THEN points_used
                               ELSE refunded_quantity * (points_used / quantity) END) AS back
               FROM orders_orderline GROUP BY order_id
           ) line ON line.order_id = o.id
           LEFT JOIN (
               SELECT ref, sum(amount) AS amount FROM ledgers_ledgerentry
               WHERE cause IN ('SPENT', 'RETURNED') GROUP BY ref
           ) booked ON booked.ref = o.number
           WHERE NOT o.is_sandbox AND COALESCE(booked.amount, 0) <>
                 CASE WHEN o.state = 'CANCELLED' THEN 0 ELSE line.back - line.used END""",
    ),
    Invariant(
        "I11",
        "a completed order has earned the points of the units that were not refunded",
        """SELECT o.id FROM orders_order o
           JOIN (
               SELECT l.order_id,
                      sum(CASE WHEN l.refunded_quantity = l.quantity THEN 0
                               ELSE l.total * o.earned_per_yuan / 100
                                    - l.refunded_quantity * (l.total * o.earned_per_yuan / 100 / l.quantity) END
                      ) AS earned
               FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id GROUP BY l.order_id
           ) line ON line.order_id = o.id
           LEFT JOIN (
               SELECT ref, sum(amount) AS amount FROM ledgers_ledgerentry
               WHERE cause IN ('EARNED', 'RECLAIMED') GROUP BY ref
           ) booked ON booked.ref = o.number
           WHERE NOT o.is_sandbox
             AND COALESCE(booked.amount, 0) <> CASE WHEN o.state = 'COMPLETED' THEN line.earned ELSE 0 END""",
    ),
]
