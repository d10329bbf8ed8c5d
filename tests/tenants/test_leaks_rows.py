"""Rows of one shop are not saved, followed or numbered as another's."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from shop.catalog.models import Brand, Category, Product
from tenants.context import ShopMismatch, using_shop
from tests.tenants.canaries import CANARY, names

# instances


def test_a_row_of_one_shop_is_not_saved_in_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
        row.name = "stolen"
    with using_shop(beta), pytest.raises(ShopMismatch):
        row.save()
    with using_shop(None), pytest.raises(ShopMismatch):
        row.save()
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


def test_a_row_created_in_one_shop_is_not_saved_in_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.create(name="made in alpha")
    with using_shop(beta), pytest.raises(ShopMismatch):
        row.save()
    with using_shop(beta):
        assert not Brand.objects.filter(name="made in alpha").exists()


def test_a_row_of_one_shop_is_not_deleted_in_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
    with using_shop(beta), pytest.raises(ShopMismatch):
        row.delete()
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


def test_a_row_of_one_shop_is_not_filled_from_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
        deferred = Brand.objects.only("pk").get(pk=CANARY)
    with using_shop(beta):
        with pytest.raises(ShopMismatch):
            row.refresh_from_db()
        with pytest.raises(ShopMismatch):
            _ = deferred.name
    assert row.name == "alpha"


def test_relations_of_a_row_are_not_followed_into_another_shop(alpha, beta):
    for ref in (alpha, beta):
        with using_shop(ref):
            parent = Category.objects.create(pk=CANARY, name=f"parent of {ref.slug}")
            Category.objects.create(pk=CANARY + 1, name=f"child of {ref.slug}", parent=parent)
    with using_shop(alpha):
        parent, child = Category.objects.get(pk=CANARY), Category.objects.get(pk=CANARY + 1)
    with using_shop(beta):
        with pytest.raises(ShopMismatch):
            _ = child.parent
        with pytest.raises(ShopMismatch):
            list(parent.children.all())
        with pytest.raises(ShopMismatch):
            parent.children.create(name="stolen")
        assert not Category.objects.filter(name="stolen").exists()
    with using_shop(alpha):
        assert child.parent.name == "parent of alpha"
        assert [row.name for row in parent.children.all()] == ["child of alpha"]


def test_a_row_of_one_shop_is_not_pointed_at_from_another(alpha, beta):
    with using_shop(alpha):
        foreign = Category.objects.create(pk=CANARY, name="alpha")
    with using_shop(beta):
        own = Category.objects.create(pk=CANARY + 1, name="beta")
        with pytest.raises(ShopMismatch):
            own.parent = foreign
        with pytest.raises(ShopMismatch):
            Product(title="stolen", code="stolen", category=foreign)


# content types


def shifted_content_type(ref):
    with using_shop(ref), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_content_type (id, app_label, model) SELECT id + 5000, app_label, 'moved' "
            "FROM django_content_type WHERE app_label = 'catalog' AND model = 'brand' RETURNING id"
        )
        new = cursor.fetchone()[0]
        cursor.execute("DELETE FROM auth_group_permissions")
        cursor.execute("UPDATE auth_permission SET content_type_id = %s WHERE content_type_id = %s", [new, new - 5000])
        cursor.execute("DELETE FROM django_content_type WHERE id = %s", [new - 5000])
        cursor.execute("UPDATE django_content_type SET model = 'brand' WHERE id = %s", [new])
        return new


def test_content_types_with_different_numbers_are_kept_apart(alpha, beta, django_assert_num_queries):
    ContentType.objects.clear_cache()
    with using_shop(alpha):
        old = ContentType.objects.get_for_model(Brand).pk
    new = shifted_content_type(beta)
    with using_shop(beta):
        assert ContentType.objects.get_for_model(Brand).pk == new != old
        assert ContentType.objects.get_for_id(new).model == "brand"
    with using_shop(alpha):
        assert ContentType.objects.get_for_model(Brand).pk == old
    for ref, number in ((alpha, old), (beta, new)):
        with using_shop(ref):
            connection.cursor().close()  # the switch of the path is not what is counted here
            with django_assert_num_queries(0):
                assert ContentType.objects.get_for_model(Brand).pk == number
    ContentType.objects.clear_cache()


def test_content_types_stay_apart_after_the_app_registry_dropped_its_caches(alpha, beta):
    from django.apps import apps

    apps.clear_cache()
    ContentType.objects.clear_cache()
    new = shifted_content_type(beta)
    with using_shop(alpha):
        old = ContentType.objects.get_for_model(Brand).pk
    with using_shop(beta):
        assert ContentType.objects.get_for_model(Brand).pk == new != old
    ContentType.objects.clear_cache()
