from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='due',
            name='failures',
            field=models.IntegerField(default=0),
        ),
    ]
