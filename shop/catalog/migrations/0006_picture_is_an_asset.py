import django.db.models.deletion
import shop.catalog.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_pictures_to_library'),
    ]

    operations = [
        migrations.AlterField(
            model_name='picture',
            name='asset',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='library.asset', verbose_name='图片'),
        ),
        # Only so that going back can add the column to rows that lack it.
        migrations.AlterField(
            model_name='picture',
            name='file',
            field=models.ImageField(blank=True, max_length=200, upload_to=shop.catalog.models.picture_name, verbose_name='图片'),
        ),
        migrations.RemoveField(
            model_name='picture',
            name='file',
        ),
    ]
