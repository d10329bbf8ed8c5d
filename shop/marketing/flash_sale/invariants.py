"""What must always hold of flash sales."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I14",
        "a flash sale has sold no more units than were carved for it",
        """SELECT item.id FROM inventory_stockitem item
           JOIN promotions_activity activity ON activity.key = item.bucket AND activity.tool = 'flash_sale'
           LEFT JOIN promotions_activityitem named ON named.activity_id = activity.id AND named.sku_id = item.sku_id
           WHERE COALESCE(named.units, 0) < (
               SELECT COALESCE(sum(hold.quantity), 0) FROM inventory_reservation hold
               WHERE hold.stock_item_id = item.id AND hold.state IN ('HELD', 'COMMITTED')
           ) - (
               SELECT COALESCE(sum(move.quantity), 0) FROM inventory_stockmove move
               WHERE move.stock_item_id = item.id AND move.kind = 'RETURN')""",
    ),
    Invariant(
        "I18",
        "nothing that an erased member wanted to be told is left",
        """SELECT reminder.id FROM flash_sale_reminder reminder JOIN members_member member
           ON member.id = reminder.member_id WHERE member.erased_at < now() - interval '1 hour'""",
    ),
    Invariant(
        "I19",
        "who wants to be told of a flash sale has due work that tells",
        """SELECT reminder.id FROM flash_sale_reminder reminder
           JOIN promotions_activity activity ON activity.id = reminder.activity_id
           WHERE reminder.told_at IS NULL AND activity.state = 'ON' AND activity.starts_at > now()
             AND NOT EXISTS (SELECT 1 FROM public.tenants_due work
                             WHERE work.kind = 'flash_sale.remind' AND work.ref = activity.key)""",
    ),
]
