"""Pages of the shoppers' mini-program that messages, codes and WeChat's order centre lead to."""

HOME = "pages/home/home"
PRODUCT = "pages/product/product"
ORDER = "packages/order/detail/detail"
PAGES = (HOME, PRODUCT, ORDER)


def order_page(number: str) -> str:
    """Return the address of an order's page, by the order's number."""
    return f"{ORDER}?number={number}"
