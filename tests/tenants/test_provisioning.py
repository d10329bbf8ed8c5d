from django.db import connection

from tenants import provisioning
from tenants.context import using_shop
from tenants.models import Schema


def test_two_shops_exist_with_equal_ids(shops):
    from shop.core.models import User

    owners = []
    for ref in shops.values():
        with using_shop(ref):
            owners.append(User.objects.get().pk)
    assert owners[0] == owners[1]


def test_a_schema_without_spares_is_built_on_the_spot(shops):
    name = provisioning.claim()
    assert Schema.objects.get(name=name).state == Schema.State.LIVE
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = %s", [name])
        assert cursor.fetchone()[0] > 30
