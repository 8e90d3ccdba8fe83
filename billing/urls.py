"""Routes of the account itself: home, choosing an account, the seller's branding."""

from __future__ import annotations

from django.urls import path

from billing import converters, price_pages, views  # noqa: F401  the converters register on import
from billing.exports import views as exports
from billing.statement import views as statement
from billing.statement.pages import FORMATS
from billing.verifying.views import verify

app_name = "billing"

urlpatterns = [
    path("", views.home, name="home"),
    path("choose-account/", views.choose_account, name="choose_account"),
    path("prices/", price_pages.prices, name="prices"),
    path("prices.csv", price_pages.prices_csv, name="prices_csv"),
    path("prices.pdf", price_pages.prices_pdf, name="prices_pdf"),
    path("verify/", verify, name="verify"),
    path("branding.css", views.branding, name="branding"),
    path("logo", views.logo, name="logo"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.export_file, name="export_file"),
    path("exports/<int:pk>/again/", exports.export_again, name="export_again"),
    path("statement/", statement.statement, name="statement"),
    path("statement/earlier/", statement.earlier_books, name="earlier_books"),
    *(
        path(f"statement/statement.{form}", statement.download, {"form": form}, f"statement_{form}")
        for form in FORMATS
    ),
]
