"""What must always hold of stock."""

from shop.core.auditing import Invariant

INVARIANTS = [
    Invariant(
        "I1",
        "on_hand is the sum of its movements",
        """SELECT item.id FROM inventory_stockitem item
           LEFT JOIN inventory_stockmove move ON move.stock_item_id = item.id
           GROUP BY item.id HAVING item.on_hand <> COALESCE(SUM(move.quantity), 0)""",
    ),
    Invariant(
        "I1",
        "reserved is the sum of what is held",
        """SELECT item.id FROM inventory_stockitem item
           LEFT JOIN inventory_reservation hold ON hold.stock_item_id = item.id AND hold.state = 'HELD'
           GROUP BY item.id HAVING item.reserved <> COALESCE(SUM(hold.quantity), 0)""",
    ),
    Invariant(
        "I1",
        "nothing is promised that is not there",
        "SELECT id FROM inventory_stockitem WHERE reserved < 0 OR on_hand < reserved",
    ),
    Invariant(
        "I2",
        "units sold are units that left",
        """SELECT hold.id FROM inventory_reservation hold
           LEFT JOIN inventory_stockmove move
                ON move.stock_item_id = hold.stock_item_id AND move.ref = hold.ref AND move.kind = 'SALE'
           WHERE hold.state = 'COMMITTED' AND move.quantity IS DISTINCT FROM -hold.quantity""",
    ),
    Invariant(
        "I1",
        "a stock count moved its differences, once, and only when it was booked",
        """SELECT line.id FROM inventory_countline line
           JOIN inventory_countsheet sheet ON sheet.id = line.sheet_id
           LEFT JOIN inventory_stockmove move
                ON move.stock_item_id = line.stock_item_id AND move.ref = sheet.number AND move.kind = 'COUNT'
           WHERE COALESCE(move.quantity, 0)
                 <> CASE sheet.state WHEN 'APPLIED' THEN COALESCE(line.counted - line.expected, 0) ELSE 0 END
              OR line.is_open <> (sheet.state = 'DRAFT')""",
    ),
]
