
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledgers', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgerentry',
            name='cause',
            field=models.CharField(choices=[('EARNED', '订单完成'), ('SPENT', '下单抵扣'), ('RETURNED', '抵扣退回'), ('RECLAIMED', '退款扣回'), ('ADJUSTED', '商家调整'), ('REWARD', '活动赠送')], max_length=10, verbose_name='原因'),
        ),
    ]
