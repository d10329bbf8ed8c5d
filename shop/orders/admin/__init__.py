"""Orders in the back office: a list, a page to read, and buttons that call services."""

from shop.orders.admin.pages import OrderAdmin

__all__ = ["OrderAdmin"]
