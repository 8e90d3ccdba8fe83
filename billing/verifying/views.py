"""The page on which anybody drops a PDF. Nothing that is dropped is kept."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billing.verifying.check import check_document
from certinext.web.forms import PlainForm

MEGABYTE = 1024 * 1024
# A document of 5,000 lines has 3 MB.
LARGEST_MEGABYTES = 10
# In settings: so many an address and minute.
RATE_LIMIT = "verify_document"


class VerifyForm(PlainForm):
    """One PDF."""

    file = forms.FileField(
        label=gettext_lazy("PDF file"),
        help_text=gettext_lazy("Drop it here, or choose it. It is checked and not kept."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse what cannot be a document of ours, and say so."""
        file: Any = self.cleaned_data["file"]
        if file.size > LARGEST_MEGABYTES * MEGABYTE:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB: choose the PDF as it was downloaded.")
                % {"limit": LARGEST_MEGABYTES}
            )
        if not file.size:
            raise forms.ValidationError(_("The file is empty: download the document again."))
        return file


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether the dropped PDF is an unaltered document of this seller, and nothing else."""
    form, verdict, status = VerifyForm(), None, 200
    if request.method == "POST":
        if not ratelimit.consume(request, action=RATE_LIMIT):
            return render(request, "billing/verify.html", {"form": form, "busy": True}, status=429)
        form = VerifyForm(request.POST, request.FILES)
        if form.is_valid():
            verdict = check_document(form.cleaned_data["file"].read())
        else:
            status = 400
    return render(request, "billing/verify.html", {"form": form, "verdict": verdict}, status=status)
