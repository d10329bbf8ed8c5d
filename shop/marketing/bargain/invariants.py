"""What must always hold of bargains."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I13",
        "a bargain is down by the cuts of its helpers, each taken once and in order",
        """SELECT bargain.id FROM bargain_bargain bargain
           LEFT JOIN bargain_help help ON help.bargain_id = bargain.id
           GROUP BY bargain.id
           HAVING bargain.helped <> count(help.id) OR bargain.cut <> COALESCE(sum(help.amount), 0)
               OR bargain.helped > jsonb_array_length(bargain.cuts)
               OR bool_or(help.amount <> (bargain.cuts->>(help.place - 1))::bigint)""",
    ),
    Invariant(
        "I13",
        "a bargain that was ordered has its order, which is not cancelled",
        """SELECT bargain.id FROM bargain_bargain bargain LEFT JOIN orders_order o ON o.number = bargain."order"
           WHERE bargain.state = 'ORDERED' AND (o.id IS NULL OR o.state = 'CANCELLED'
                 OR o.member_id <> bargain.member_id)""",
    ),
    Invariant(
        "I13",
        "an order of a bargain costs what the cuts had left, and is the only one",
        """SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
           LEFT JOIN bargain_bargain bargain ON bargain."order" = o.number AND bargain.sku_id = l.sku_id
           WHERE l.tool = 'bargain' AND o.state <> 'CANCELLED' AND NOT o.is_sandbox
             AND (bargain.id IS NULL OR l.quantity <> 1)""",
    ),
]
