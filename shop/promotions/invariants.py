"""What must always hold of promotions."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I10",
        "a count of an activity's uses is what its orders took and did not give back",
        """SELECT COALESCE(stored.id, 0) FROM (
               SELECT id, activity_id, subject, units FROM promotions_use WHERE kind = 'MEMBER'
           ) stored FULL JOIN (
               SELECT activity_id, member_id::text AS subject, sum(units - returned) AS units
               FROM promotions_claim GROUP BY activity_id, member_id
           ) taken USING (activity_id, subject)
           WHERE COALESCE(stored.units, 0) <> COALESCE(taken.units, 0)""",
    ),
    Invariant(
        "I10",
        "no member has more of an activity than it allows",
        """SELECT held.id FROM promotions_use held JOIN promotions_activity activity ON activity.id = held.activity_id
           WHERE (held.kind = 'MEMBER' AND activity.most_per_member > 0 AND held.units > activity.most_per_member)
              OR (held.kind = 'PHONE' AND activity.most_per_phone > 0 AND held.units > activity.most_per_phone)
              OR (held.kind = 'ADDRESS' AND activity.most_per_address > 0 AND held.units > activity.most_per_address)
              OR (held.kind = 'ALL' AND activity.most_members > 0 AND held.units > activity.most_members)""",
    ),
    Invariant(
        "I10",
        "an order that was cancelled keeps nothing of an activity's limits",
        """SELECT claim.id FROM promotions_claim claim JOIN orders_order o ON o.number = claim."order"
           WHERE o.state = 'CANCELLED' AND claim.returned < claim.units""",
    ),
    Invariant(
        "I11",
        "an order of which nothing is left keeps no points that it gave",
        """SELECT entry.id FROM promotions_perk perk JOIN ledgers_ledgerentry entry
           ON entry.business_key = left(concat_ws(':', 'perk', perk."order", perk.tool, perk.ref, perk.kind), 80)
           WHERE NOT EXISTS (
               SELECT FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
               WHERE o.number = perk."order" AND NOT line.is_gift AND line.refunded_quantity < line.quantity
           ) AND NOT EXISTS (
               SELECT FROM ledgers_ledgerentry back
               WHERE back.business_key = left('back:' || entry.business_key, 80))""",
    ),
    Invariant(
        "I18",
        "no part in an activity tells the phone or address of an erased member",
        """SELECT claim.id FROM promotions_claim claim JOIN members_member member ON member.id = claim.member_id
           WHERE member.erased_at < now() - interval '1 hour' AND (claim.phone <> '' OR claim.address <> '')""",
    ),
    Invariant(
        "I14",
        "an order with an activity's own price was placed while the activity ran",
        """SELECT l.id FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
           JOIN promotions_activity activity ON activity.tool = l.tool AND activity.key = l.ref
           WHERE NOT o.is_sandbox AND (o.created_at < activity.starts_at OR o.created_at >= activity.ends_at)""",
    ),
    Invariant(
        "I1",
        "an activity that is over keeps no stock that nobody holds",
        """SELECT item.id FROM inventory_stockitem item JOIN promotions_activity activity ON activity.key = item.bucket
           WHERE activity.state = 'ENDED' AND item.on_hand > item.reserved""",
    ),
]
