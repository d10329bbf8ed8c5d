"""Import files for tests."""

import json


def row(code="P1", /, **values):
    base = {
        "code": code,
        "title": f"商品{code}",
        "category": "居家/被枕",
        "price": "12.50",
        "skus": [{"code": f"{code}-1", "options": {"规格": "标准"}, "price": "12.50", "stock": 3}],
    }
    return {name: value for name, value in (base | values).items() if value is not ...}


def sku(code, price="1.00", stock=1, **options):
    return {"code": code, "options": options, "price": price, "stock": stock}


def jsonl(path, *rows):
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in rows), encoding="utf-8")
    return path


def csv(path, *lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path
