"""A seller's terms in each language of its documents."""

from django.db import migrations, models


def terms(name: str) -> "models.TextField[str, str]":
    return models.TextField(blank=True, default="", max_length=600, verbose_name=name)


class Migration(migrations.Migration):
    dependencies = [("billing", "0020_payment_paid_beyond")]

    operations = [
        migrations.AlterField(
            model_name="seller",
            name="terms",
            field=models.TextField(
                blank=True,
                help_text="For documents in every language that has no terms of its own below.",
                max_length=600,
                verbose_name="terms on documents",
            ),
        ),
        *(
            migrations.AddField(
                model_name="seller",
                name=f"terms_{key}",
                field=terms(f"terms in {language}"),
                preserve_default=False,
            )
            for key, language in (
                ("en", "English"),
                ("de", "German"),
                ("fr", "French"),
                ("hi", "Hindi"),
            )
        ),
    ]
