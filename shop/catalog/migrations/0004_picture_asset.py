import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_sold_out_is_read'),
        ('library', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='picture',
            name='asset',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.asset', verbose_name='图片'),
        ),
    ]
