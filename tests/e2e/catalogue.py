"""What the shop of the mini-program sells."""


def sku(code, size, price, stock):
    return {"code": code, "options": {"规格": size}, "price": price, "stock": stock}


def row(code, title, category, skus, **more):
    return {"code": code, "title": title, "category": category, "price": skus[0]["price"], "skus": skus, **more}


CATALOGUE = [
    row(
        "Q",
        "秋冬保暖澳洲羊毛被",
        "居家/被枕",
        [sku("Q-1", "1.5m", "459.00", 40), sku("Q-2", "1.8m", "559.00", 0), sku("Q-3", "2.0m", "659.00", 40)],
        is_hot=True,
    ),
    row("P", "泰国乳胶枕", "居家/被枕", [sku("P-1", "标准", "99.00", 40)], is_new=True),
    row("T", "孤品紫砂壶", "茶具/茶壶", [sku("T-1", "单只", "880.00", 1)], is_new=True),
]
