from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0021_terms_by_language")]

    operations = [
        migrations.AlterField(
            model_name="seller",
            name="logo",
            field=models.TextField(
                blank=True,
                help_text="An SVG drawing or a PNG picture.",
                max_length=60000,
                verbose_name="logo",
            ),
        ),
    ]
