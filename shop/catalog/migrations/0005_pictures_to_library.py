"""Every picture file becomes an asset; its smaller sizes, and how large it is, are found out later by due work."""

from django.db import migrations

from tenants.models import new_key

DERIVE = """
INSERT INTO public.tenants_due (shop, kind, ref, run_at, ticket, failures, dead, error)
SELECT tenant.uuid, 'library.derive', asset.key, now(), 0, 0, false, ''
FROM library_asset asset, public.tenants_tenant tenant
WHERE tenant.schema_name = current_schema() AND asset.state = 'PENDING'
ON CONFLICT DO NOTHING
"""


def move(apps, schema_editor):
    Picture, Asset = apps.get_model("catalog", "Picture"), apps.get_model("library", "Asset")
    names = sorted(set(Picture.objects.values_list("file", flat=True)))
    if not names:
        return
    Asset.objects.bulk_create([Asset(key=new_key(), name=name) for name in names], batch_size=1000)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_picture picture SET asset_id = asset.id FROM library_asset asset WHERE asset.name = picture.file"
        )
        cursor.execute(DERIVE)


def move_back(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_picture picture SET file = asset.name FROM library_asset asset WHERE asset.id = picture.asset_id"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_picture_asset'),
    ]

    operations = [
        migrations.RunPython(move, move_back),
    ]
