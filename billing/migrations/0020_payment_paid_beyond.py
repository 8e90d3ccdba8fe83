"""Money that came once more for a payment names it; the note that nothing wrote goes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0016_hash_chain")]

    operations = [
        migrations.RemoveField(model_name="payment", name="note"),
        migrations.AddField(
            model_name="payment",
            name="paid_beyond",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="further",
                to="billing.payment",
            ),
        ),
    ]
