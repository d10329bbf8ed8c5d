"""Statements whose plans the server keeps: one for each shop and each version of its schema."""

from dataclasses import replace

import pytest
from django.db import NotSupportedError, connection, transaction

from tenants.context import using_shop

OFTEN = 5
NICKNAMES = "SELECT nickname FROM members_member WHERE id = %s"


def run(text, *values):
    with connection.prepared_cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall() if statement.startswith("SELECT nickname")]


def widen():
    """As another connection would do it: the driver forgets its statements when it sends an ALTER itself."""
    with connection.cursor() as cursor:
        cursor.execute("DO 'BEGIN ALTER TABLE members_member ALTER nickname TYPE varchar(200); END'")


def test_what_is_asked_often_is_kept_for_each_shop(shops):
    for shop in shops.values():
        with using_shop(shop):
            for number in range(OFTEN):
                run(NICKNAMES, number)
    for shop in shops.values():
        assert [statement for statement in kept() if f"/* {shop.schema} {shop.schema_hash[:12]} */" in statement]


def test_integers_of_all_sizes_share_a_statement(shop):
    for size in (1, 2**20, 2**40):
        for _often in range(OFTEN):
            run(NICKNAMES + " AND true", size)
    assert len([statement for statement in kept() if "AND true" in statement]) == 1


def test_a_migrated_shop_is_asked_anew(shop):
    for number in range(OFTEN):
        run(NICKNAMES, number)
    widen()
    with using_shop(replace(shop, schema_hash="another-one!")):
        assert run(NICKNAMES, 1) == []


def test_control_under_the_old_version_the_kept_plan_fails(shop):
    for number in range(OFTEN):
        run(NICKNAMES, number)
    widen()
    with pytest.raises(NotSupportedError, match="cached plan"), transaction.atomic():
        run(NICKNAMES, 1)
