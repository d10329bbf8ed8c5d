"""What must always hold of after-sales."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I10",
        "what is held of an order line is what was refunded and what is asked for",
        """SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id LEFT JOIN (
               SELECT part.order_line_id, sum(part.quantity) AS all_units, sum(part.amount) AS all_money,
                      sum(part.quantity) FILTER (WHERE claim.state = 'APPLIED') AS asked_units
               FROM aftersale_aftersaleline part JOIN aftersale_aftersale claim ON claim.id = part.after_sale_id
               WHERE claim.state IN ('APPLIED', 'REFUNDING', 'DONE') GROUP BY part.order_line_id
           ) held ON held.order_line_id = l.id
           WHERE (l.held_quantity > 0 OR l.held_amount > 0 OR l.refunded_quantity > 0 OR held.all_units > 0)
             AND (l.held_quantity <> l.refunded_quantity + COALESCE(held.asked_units, 0)
                  OR l.held_quantity < COALESCE(held.all_units, 0)
                  OR l.held_amount < COALESCE(held.all_money, 0)
                  OR (l.kind = 'GOODS' AND (o.state <> 'CANCELLED' OR held.all_units IS NOT NULL)
                      AND (l.held_quantity, l.held_amount) IS DISTINCT FROM (held.all_units, held.all_money)))""",
    ),
    Invariant(
        "I10",
        "an after-sale asks for what its lines come to, with lines of its own order",
        """SELECT claim.id FROM aftersale_aftersale claim
           LEFT JOIN aftersale_aftersaleline part ON part.after_sale_id = claim.id
           LEFT JOIN orders_orderline l ON l.id = part.order_line_id
           GROUP BY claim.id HAVING claim.amount <> COALESCE(sum(part.amount), 0) + claim.freight
               OR count(part.id) = 0 OR bool_or(l.order_id <> claim.order_id)""",
    ),
    Invariant(
        "I10",
        "the money of an after-sale is that of its refunds",
        """SELECT claim.id FROM aftersale_aftersale claim
           LEFT JOIN payments_refund r ON r.cause = 'after_sale:' || claim.number AND r.state <> 'RETRIED'
           GROUP BY claim.id
           HAVING (claim.state = 'DONE' AND COALESCE(sum(r.amount) FILTER (WHERE r.state = 'DONE'), 0) <> claim.amount)
               OR (claim.state = 'REFUNDING' AND COALESCE(sum(r.amount), 0) <> claim.amount)
               OR (claim.state NOT IN ('DONE', 'REFUNDING') AND count(r.id) > 0)""",
    ),
]
