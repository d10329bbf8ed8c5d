"""Pages of the shoppers' mini-program that messages, codes and WeChat's order centre lead to."""

HOME = "pages/home/home"
PRODUCT = "pages/product/product"
ORDER = "packages/order/detail/detail"
ORDERS = "packages/order/orders/orders"
PAGES = (HOME, PRODUCT, ORDER, ORDERS)


def order_page(number: str) -> str:
    """Return the address of an order's page, by the order's number."""
    return f"{ORDER}?number={number}"
