"""Stock in the back office: levels, ledger, what is held, counting."""

from shop.inventory.admin.counting import CountSheetAdmin
from shop.inventory.admin.holds import ReservationAdmin
from shop.inventory.admin.items import StockItemAdmin
from shop.inventory.admin.ledger import StockMoveAdmin

__all__ = ["CountSheetAdmin", "ReservationAdmin", "StockItemAdmin", "StockMoveAdmin"]
