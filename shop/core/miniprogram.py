"""Pages of the shoppers' mini-program that messages, codes and WeChat's order centre lead to."""

HOME = "pages/home/home"
PRODUCT = "pages/product/product"
ORDER = "packages/order/detail/detail"
ORDERS = "packages/order/orders/orders"
FLASH_SALE = "packages/marketing/flash-sale/flash-sale"
PAGES = (HOME, PRODUCT, ORDER, ORDERS, FLASH_SALE)


def order_page(number: str) -> str:
    """Return the address of an order's page, by the order's number."""
    return f"{ORDER}?number={number}"


def flash_sale_page(activity: str) -> str:
    """Return the address of the page of flash sales, opened at the session with a key."""
    return f"{FLASH_SALE}?activity={activity}"
