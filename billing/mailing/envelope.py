"""What every letter to an account shares: whom it is for, whom it is from, and its headers."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.mailing.deliver import CannotWrite
from billing.models import Account, Membership, Seller
from billing.models.mails import OutgoingMail
from certinext.tenancy.hosts import site_url


def recipients_of(account: Account) -> list[str]:
    """Return the account's billing address, else those of its finance managers.

    Raises `CannotWrite` without any.
    """
    if account.billing_email:
        return [account.billing_email]
    managers = Membership.objects.filter(
        account=account, role=Membership.Role.FINANCE_MANAGER, user__is_active=True
    )
    found = list(managers.order_by("user__email").values_list("user__email", flat=True))
    if not found:
        raise CannotWrite(
            _("The account has neither a billing e-mail nor a finance manager: enter one.")
        )
    return found


def compose(
    mail: OutgoingMail,
    *,
    what: str,
    to: list[str],
    subject: str,
    template: str,
    context: dict[str, object],
    seller: Seller,
) -> EmailMultiAlternatives:
    """Return the message from `<template>.txt` and `.html`, in the language that is active.

    `what` names the kind of mail in its id. A line break in the subject, from a name, must not
    write headers.
    """
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context).strip() + "\n",
        from_email=_sender(seller),
        to=to,
        reply_to=[seller.email],
        headers={
            "Message-ID": f"<{what}-{mail.pk}-{mail.attempts}@{_host()}>",
            # Answering machines stay silent (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def page_address(name: str) -> str:
    """Return the full address of a customer's page, for a letter."""
    return site_url() + reverse(name, urlconf="certinext.urls")


def _sender(seller: Seller) -> str:
    """Return the portal's address under the seller's name."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(seller.trade_name.split()), address))


def _host() -> str:
    return site_url().partition("://")[2].partition(":")[0]
