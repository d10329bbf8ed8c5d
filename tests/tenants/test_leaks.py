"""One shop never sees, changes or runs anything of another: contexts, cursors, queries."""

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Count, Max
from django_tenants.utils import schema_context, tenant_context

from shop.catalog.models import Brand
from tenants.context import CONSOLE, ShopMismatch, ShopRef, current_shop, using_shop
from tenants.models import Tenant
from tests.tenants.canaries import CANARY, brand, in_threads, names

# with tenant:, schema_context, set_schema


def test_a_tenant_row_is_no_context_manager(alpha, beta):
    tenant = Tenant.objects.get(uuid=beta.uuid)
    with using_shop(alpha):
        with pytest.raises(ShopMismatch), tenant:
            pytest.fail("entered")
        assert current_shop.get() is alpha
        assert brand() == "alpha"


def test_two_threads_that_try_with_tenant_stay_in_their_shops(real_shops):
    tenants = {ref: Tenant.objects.get(uuid=ref.uuid) for ref in real_shops}
    both_inside = threading.Barrier(2)

    def job(mine, other):
        with using_shop(mine):
            try:
                with tenants[other]:
                    both_inside.wait(1)
            except (ShopMismatch, threading.BrokenBarrierError):
                pass
            return brand()

    first, second = real_shops
    assert in_threads(lambda: job(first, second), lambda: job(second, first)) == [first.slug, second.slug]


def test_schema_context_is_refused(alpha, beta):
    with using_shop(alpha):
        with pytest.raises(ShopMismatch), schema_context(beta.schema):
            pytest.fail("entered")
        assert brand() == "alpha"


def test_schema_context_as_a_decorator_is_refused_in_every_thread(real_shops):
    first, second = real_shops

    @schema_context("public")
    def decorated():
        pytest.fail("entered")

    def job(ref):
        with using_shop(ref):
            with pytest.raises(ShopMismatch):
                decorated()
            return brand()

    assert in_threads(lambda: job(first), lambda: job(second)) == [first.slug, second.slug]


def test_tenant_context_follows_the_context_variable_and_gives_the_shop_back(alpha, beta):
    with using_shop(alpha):
        with tenant_context(Tenant.objects.get(uuid=beta.uuid)):
            assert (current_shop.get(), brand()) == (beta, "beta")
        assert (current_shop.get(), brand()) == (alpha, "alpha")


def test_assigning_the_connections_schema_changes_nothing(alpha, beta):
    with using_shop(alpha):
        connection.schema_name = beta.schema
        connection.tenant = beta
        assert (brand(), connection.schema_name, connection.tenant) == ("alpha", alpha.schema, alpha)


# cursors


def test_a_cursor_held_over_a_switch_is_refused(alpha, beta):
    with using_shop(alpha):
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM catalog_brand WHERE id = %s", [CANARY])
    with using_shop(beta), pytest.raises(ShopMismatch):
        cursor.execute("SELECT name FROM catalog_brand")
    with using_shop(beta), pytest.raises(ShopMismatch):
        cursor.executemany("UPDATE catalog_brand SET name = %s", [["stolen"]])
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


@pytest.mark.parametrize("read", ["fetchone", "fetchmany", "fetchall", "__iter__"])
def test_rows_of_a_held_cursor_cannot_be_fetched_in_another_shop(alpha, beta, read):
    with using_shop(alpha):
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM catalog_brand WHERE id = %s", [CANARY])
    with using_shop(beta), pytest.raises(ShopMismatch):
        list(getattr(cursor, read)())


def test_a_recording_cursor_is_bound_to_its_shop_too(alpha, beta):
    with using_shop(alpha):
        connection.force_debug_cursor = True
        try:
            cursor = connection.cursor()
        finally:
            connection.force_debug_cursor = False
    with using_shop(beta), pytest.raises(ShopMismatch):
        cursor.execute("SELECT name FROM catalog_brand")


@pytest.mark.parametrize("chunk", [1, 2000])
def test_a_server_side_cursor_belongs_to_the_shop_it_was_opened_in(alpha, beta, chunk):
    for ref in (alpha, beta):
        with using_shop(ref):
            Brand.objects.bulk_create(Brand(name=f"{ref.slug} {number}") for number in range(5))
    with using_shop(alpha):
        rows = Brand.objects.order_by("name").iterator(chunk_size=chunk)
        assert next(rows).name == "alpha"
    with using_shop(beta):
        assert brand() == "beta"
    with using_shop(alpha):
        assert [row.name for row in rows] == [f"alpha {number}" for number in range(5)]


def test_a_server_side_cursor_of_one_shop_is_not_read_on_in_another(alpha, beta):
    with using_shop(alpha):
        Brand.objects.bulk_create(Brand(name=f"alpha {number}") for number in range(5))
        rows = Brand.objects.order_by("name").iterator(chunk_size=1)
        next(rows)
    with using_shop(beta), pytest.raises(ShopMismatch):
        list(rows)


# lazy querysets

EVALUATIONS = {
    "list": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(),
    "in_bulk": lambda rows: rows.in_bulk(),
    "aggregate": lambda rows: rows.aggregate(Max("name")),
    "aggregate over a subquery": lambda rows: rows.distinct().annotate(n=Count("product")).aggregate(Max("n")),
    "count of a slice": lambda rows: rows[:5].count(),
    "values": lambda rows: list(rows.values("name")),
    "values_list": lambda rows: list(rows.values_list("name")),
    "iterator": lambda rows: list(rows.iterator()),
    "chained": lambda rows: list(rows.exclude(name="").order_by("name")),
    "explain": lambda rows: rows.explain(),
    "locked": lambda rows: list(rows.select_for_update()),
    "update": lambda rows: rows.update(name="stolen"),
    "delete": lambda rows: rows.delete(),
    "raw delete": lambda rows: rows._raw_delete("default"),
}


@pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS.keys())
def test_a_query_built_in_one_shop_is_refused_in_another(alpha, beta, evaluate):
    with using_shop(alpha):
        rows = Brand.objects.filter(pk=CANARY)
    with using_shop(beta), transaction.atomic(), pytest.raises(ShopMismatch):
        evaluate(rows)
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


def test_a_query_built_without_a_shop_reads_the_shop_it_is_evaluated_in(alpha, beta):
    with using_shop(None):
        rows = Brand.objects.filter(pk=CANARY)
    for ref in (alpha, beta):
        with using_shop(ref):
            assert rows.all().get().name == ref.slug


def test_a_query_of_a_foreign_model_reads_the_current_shop_and_no_other(alpha, beta):
    with using_shop(alpha):
        rows = Group.objects.filter(pk=CANARY)
    with using_shop(beta):
        assert [row.name for row in rows] == ["beta"]


def test_a_shop_seen_again_after_a_change_of_state_is_the_same_shop(alpha):
    tenant = Tenant.objects.get(uuid=alpha.uuid)
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
        rows = Brand.objects.filter(pk=CANARY)
    tenant.state = Tenant.State.READ_ONLY
    newer = tenant.ref(host="other.example", schema_hash="newer")
    with using_shop(newer):
        assert rows.get().name == "alpha"
        row.save()
    assert newer == alpha
    assert hash(newer) == hash(alpha)


def test_schemas_without_a_tenant_are_different_shops():
    nobody = ShopRef(uuid=CONSOLE.uuid, key="", slug="", name="", schema="s_other")
    assert nobody != CONSOLE
