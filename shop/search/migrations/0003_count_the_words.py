"""Lets the vocabulary of shops that have products be counted by due work."""

from django.db import migrations

COUNT = """
INSERT INTO public.tenants_due (shop, kind, ref, run_at, ticket, failures, dead, error)
SELECT tenant.uuid, 'search.vocabulary', 'migration', now(), 0, 0, false, ''
FROM public.tenants_tenant tenant
WHERE tenant.schema_name = current_schema()
ON CONFLICT DO NOTHING
"""


def count(apps, schema_editor):
    if apps.get_model("search", "SearchDocument").objects.exists():
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(COUNT)


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_vocabulary'),
    ]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
