"""What must always hold of money."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I5",
        "an order counts as paid exactly when one payment of its total pays it",
        """SELECT o.id FROM orders_order o LEFT JOIN payments_payment p ON p.order_id = o.id AND p.purpose = 'ORDER'
           WHERE (o.paid <> COALESCE(p.amount, 0) AND NOT o.is_sandbox) OR (p.id IS NOT NULL AND o.paid <> o.total)""",
    ),
    Invariant(
        "I5",
        "a state after payment has its payment",
        """SELECT o.id FROM orders_order o
           WHERE (o.state IN ('TO_SHIP', 'SHIPPED', 'COMPLETED', 'WAIT_GROUP') AND o.paid = 0)
              OR (o.state = 'UNPAID' AND o.paid > 0)""",
    ),
    Invariant(
        "I7",
        "a paid attempt has its payment and the other way round",
        """SELECT a.id FROM payments_attempt a LEFT JOIN payments_payment p ON p.attempt_id = a.id
           WHERE (a.state = 'PAID') <> (p.id IS NOT NULL)""",
    ),
    Invariant(
        "I7",
        "a stored notice of money has had its effect (or waits for a worker)",
        """SELECT n.id FROM payments_notice n WHERE n.kind = 'pay' AND n.received_at < now() - interval '5 minutes'
           AND NOT EXISTS (SELECT 1 FROM payments_payment p
                           WHERE p.account_id = n.account_id AND p.transaction_id = n.transaction_id)""",
    ),
    Invariant(
        "I8",
        "money that pays no order goes back in full",
        """SELECT p.id FROM payments_payment p WHERE p.purpose = 'RETURN' AND p.amount <> (
               SELECT COALESCE(SUM(r.amount), 0) FROM payments_refund r
               WHERE r.payment_id = p.id AND r.state NOT IN ('FAILED', 'RETRIED'))""",
    ),
    Invariant(
        "I8",
        "an order cancelled after payment gets its money back",
        """SELECT o.id FROM orders_order o JOIN payments_payment p ON p.order_id = o.id AND p.purpose = 'ORDER'
           WHERE o.state = 'CANCELLED' AND p.amount <> (
               SELECT COALESCE(SUM(r.amount), 0) FROM payments_refund r
               WHERE r.payment_id = p.id AND r.state NOT IN ('FAILED', 'RETRIED'))""",
    ),
    Invariant(
        "I9",
        "what is held for refunds is what was asked for",
        """SELECT p.id FROM payments_payment p WHERE p.refund_held <> (
               SELECT COALESCE(SUM(r.amount), 0) FROM payments_refund r
               WHERE r.payment_id = p.id AND r.state NOT IN ('FAILED', 'RETRIED'))
              OR p.refund_held > p.amount""",
    ),
    Invariant(
        "I9",
        "an order's refunded amount is the sum of its finished refunds",
        """SELECT o.id FROM orders_order o WHERE o.refunded <> (
               SELECT COALESCE(SUM(r.amount), 0) FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
               WHERE p.order_id = o.id AND p.purpose = 'ORDER' AND r.state = 'DONE')""",
    ),
]
