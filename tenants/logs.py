"""Log lines that say which shop and request they belong to."""

import logging

from tenants.context import current_request_id, current_shop


class ShopFilter(logging.Filter):
    """Adds `shop` and `request_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its shop."""
        shop = current_shop.get()
        record.shop = shop.key or shop.schema if shop else "-"
        record.request_id = current_request_id.get()
        return True
