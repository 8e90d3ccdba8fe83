"""A product of the catalogue."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from billing.models import Product
from certinext.backoffice.forms.sections import refuse_unfit_texts
from certinext.web.forms import PlainModelForm

tax_code = RegexValidator(r"\A[0-9]{4,8}\Z", _("Write 4 to 8 digits."))
product_code = RegexValidator(
    r"\A[A-Za-z0-9._-]+\Z", _("Write letters, digits, dots, dashes and underscores only.")
)


class ProductForm(PlainModelForm[Product]):
    """What staff may change of a product; its code is what the platform's reports name."""

    class Meta:
        model = Product
        fields = [
            "name",
            "category_name",
            "validation",
            "wildcard",
            "tax_code",
            "added_name_product",
            "is_active",
        ]
        labels = {
            "added_name_product": _("An added name is charged as"),
            "is_active": _("Can be ordered"),
        }
        help_texts = {
            "category_name": _("The heading under which price lists show it."),
            "validation": _("An order of an OV or EV product names an organization."),
            "wildcard": _("Such as *.example.com. Orders here are held to it, imports are not."),
            "tax_code": _("4 to 8 digits, printed on the lines of invoices."),
            "added_name_product": _(
                "One name added to a certificate of this product costs what that product costs for"
                " the certificate's term. Without one, no names can be added."
            ),
            "is_active": _(
                "Otherwise it stays on price lists and past orders, and is not offered."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_code"].validators.append(tax_code)
        for name, nothing in (
            ("validation", _("None, or not known")),
            ("wildcard", _("Not known: both are taken")),
        ):
            kinds: Any = self.fields[name]
            kinds.choices = [("", nothing), *kinds.choices[1:]]
        choices: Any = self.fields["added_name_product"]
        choices.queryset = Product.objects.exclude(pk=self.instance.pk)
        choices.empty_label = _("No names can be added")

    def clean(self) -> dict[str, Any]:
        """Refuse texts that are not fit for documents."""
        cleaned = super().clean() or self.cleaned_data
        refuse_unfit_texts(self)
        return cleaned

    def save(self, commit: bool = True) -> Product:
        """Give the product the number of its category, where that is known."""
        if "category_name" in self.changed_data:
            known = Product.objects.filter(category_name=self.instance.category_name)
            other = known.exclude(pk=self.instance.pk).exclude(category_name="").first()
            self.instance.category_id = other.category_id if other else ""
        return super().save(commit)


class NewProductForm(ProductForm):
    """A product that the platform's catalogue has not brought."""

    class Meta(ProductForm.Meta):
        fields = ["product_code", *ProductForm.Meta.fields]
        help_texts = {
            **ProductForm.Meta.help_texts,
            "product_code": _("As the platform's reports name it. It cannot be changed."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product_code"].validators.append(product_code)
