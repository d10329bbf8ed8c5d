"""What a list can be narrowed by, with how many of its products each choice leaves; in one statement."""

from collections import defaultdict
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from shop.storefront.reads import ListQuery, Row, matching_products

BANDS = (0, 20_00, 50_00, 100_00, 200_00, 500_00, 1_000_00, 2_000_00, 5_000_00, 10_000_00)  # fen
MOST_CHOICES = 20
MOST_ATTRIBUTES = 8
LONGEST_VALUE = 20  # longer ones are descriptions and no choices

_SQL = """
WITH found (id, category, brand, price, sold_out) AS MATERIALIZED ({found}),
choices AS (
    SELECT 'category' AS facet, '' AS name, category.key AS key, category.name AS label, count(*) AS products
    FROM found JOIN catalog_category category ON category.id = found.category WHERE category.is_shown
    GROUP BY category.id
    UNION ALL
    SELECT 'brand', '', brand.key, brand.name, count(*)
    FROM found JOIN catalog_brand brand ON brand.id = found.brand GROUP BY brand.id
    UNION ALL
    SELECT 'attribute', attribute.name, '', attribute.value, count(DISTINCT found.id)
    FROM found JOIN catalog_attribute attribute ON attribute.product_id = found.id
    WHERE length(attribute.value) <= %s AND position('|' in attribute.name || attribute.value) = 0
    GROUP BY attribute.name, attribute.value
    UNION ALL
    SELECT 'price', '', width_bucket(price, %s::bigint[])::text, '', count(*) FROM found GROUP BY 3
    UNION ALL
    SELECT 'stock', '', '', '', count(*) FROM found WHERE NOT sold_out
)
SELECT facet, name, key, label, products FROM choices ORDER BY products DESC, facet, name, label, key
"""


def facets(query: ListQuery) -> Row:
    """Return the choices of a list by facet, the commonest first; prices in fen; UnknownCategory."""
    by_facet: dict[str, list[Row]] = defaultdict(list)
    for row in _choices(query):
        by_facet[row["facet"]].append(row)
    return {
        "categories": [_choice(row) for row in by_facet["category"][:MOST_CHOICES]],
        "brands": [_choice(row) for row in by_facet["brand"][:MOST_CHOICES]],
        "attributes": _attributes(by_facet["attribute"]),
        "prices": _prices(by_facet["price"]),
        "in_stock": by_facet["stock"][0]["products"] if by_facet["stock"] else 0,
    }


def _choices(query: ListQuery) -> list[Row]:
    found = matching_products(replace(query, sort="")).order_by().with_sold_out()
    chosen = found.values("pk", "category_id", "brand_id", "price", "sold_out")
    try:
        statement, parameters = chosen.query.sql_with_params()
    except EmptyResultSet:  # nothing can match, a keyword of signs alone: the ORM writes no statement
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(found=statement), [*parameters, LONGEST_VALUE, list(BANDS)])
        columns = ("facet", "name", "key", "label", "products")
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _choice(row: Row) -> Row:
    return {"key": row["key"], "name": row["label"], "count": row["products"]}


def _attributes(rows: list[Row]) -> list[Row]:
    """Return the attributes that most products have and that tell them apart."""
    by_name = {name: list(group) for name, group in groupby(sorted(rows, key=itemgetter("name")), itemgetter("name"))}
    telling = [(name, group) for name, group in by_name.items() if len(group) > 1]
    telling.sort(key=lambda pair: (-sum(row["products"] for row in pair[1]), pair[0]))
    return [
        {
            "name": name,
            "values": [{"value": row["label"], "count": row["products"]} for row in group[:MOST_CHOICES]],
        }
        for name, group in telling[:MOST_ATTRIBUTES]
    ]


def _prices(rows: list[Row]) -> list[Row]:
    counts = {int(row["key"]): row["products"] for row in rows}
    return [
        {"min_price": low, "max_price": _upper(number), "count": counts[number]}
        for number, low in enumerate(BANDS, start=1)
        if number in counts
    ]


def _upper(number: int) -> Any:
    return BANDS[number] - 1 if number < len(BANDS) else None
