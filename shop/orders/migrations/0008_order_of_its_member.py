import django.db.models.deletion
from django.db import migrations, models

REFER = """
ALTER TABLE orders_order ADD CONSTRAINT order_of_its_member FOREIGN KEY (member_id, is_sandbox)
    REFERENCES members_member (id, is_sandbox) DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):

    # One check per order as before, of two columns: no trial order is a shopper's, and no other the preview's.

    dependencies = [
        ('members', '0004_member_and_sandbox'),
        ('orders', '0007_counted_orders'),
    ]

    operations = [
        migrations.RunSQL(REFER, 'ALTER TABLE orders_order DROP CONSTRAINT order_of_its_member'),
        migrations.AlterField(
            model_name='order',
            name='member',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='members.member', verbose_name='会员'),
        ),
    ]
