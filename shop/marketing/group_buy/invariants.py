"""What must always hold of groups."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I13",
        "a group has as many paid seats as it counts, and a complete one exactly its size with the virtual ones",
        """SELECT g.id FROM group_buy_group g
           LEFT JOIN group_buy_seat seat ON seat.group_id = g.id AND seat.state = 'PAID' GROUP BY g.id
           HAVING (g.state <> 'FAILED' AND g.paid <> count(seat.id)) OR count(seat.id) + g.virtual > g.size
               OR (g.state = 'SUCCESS' AND count(seat.id) + g.virtual <> g.size)
               OR count(seat.id) <> count(DISTINCT seat.member_id)""",
    ),
    Invariant(
        "I13",
        "a leader of an open group has paid",
        """SELECT g.id FROM group_buy_group g WHERE g.state = 'OPEN' AND NOT EXISTS (
               SELECT 1 FROM group_buy_seat seat
               WHERE seat.group_id = g.id AND seat.state = 'PAID' AND seat.member_id = g.leader_id)""",
    ),
    Invariant(
        "I13",
        "who paid for a group that failed is being refunded",  # five minutes, because each order is work of its own
        """SELECT seat.id FROM group_buy_seat seat JOIN group_buy_group g ON g.id = seat.group_id
           JOIN orders_order o ON o.number = seat."order"
           WHERE g.state = 'FAILED' AND seat.state = 'PAID' AND o.state <> 'CANCELLED'
             AND g.done_at < now() - interval '5 minutes'""",
    ),
    Invariant(
        "I13",
        "an order waits exactly while its group is open",
        """SELECT o.id FROM orders_order o
           LEFT JOIN group_buy_seat seat ON seat."order" = o.number AND seat.state = 'PAID'
           LEFT JOIN group_buy_group g ON g.id = seat.group_id
           WHERE (o.state = 'WAIT_GROUP' AND (g.id IS NULL
                      OR (g.state <> 'OPEN' AND g.done_at < now() - interval '5 minutes')))
              OR (g.state = 'OPEN' AND o.state <> 'WAIT_GROUP')""",
    ),
    Invariant(
        "I13",
        "an order that is on its way belongs to a complete group",
        """SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
           LEFT JOIN group_buy_seat seat ON seat."order" = o.number AND seat.state = 'PAID'
           LEFT JOIN group_buy_group g ON g.id = seat.group_id
           WHERE l.tool = 'group_buy' AND NOT o.is_sandbox AND o.state IN ('TO_SHIP', 'SHIPPED', 'COMPLETED')
             AND g.state IS DISTINCT FROM 'SUCCESS'""",
    ),
]
