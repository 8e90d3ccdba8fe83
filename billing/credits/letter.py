"""The letter that says that credits are low, as of now."""

from __future__ import annotations

from datetime import date

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.mailing.deliver import MailKind
from billing.mailing.envelope import compose, page_address, recipients_of
from billing.models import LowCreditAlert, LowCreditMail
from billing.models.seller import current_seller
from billing.payments.owed import free_credits
from certinext.audit.trail import record

State = LowCreditMail.State
# What the trail says of each end.
_ENDS: dict[str, str] = {
    State.SENT: "credit_alert.sent",
    State.FAILED: "credit_alert.failed",
    State.UNKNOWN: "credit_alert.lost",
}


def write_letter(mail: LowCreditMail, _today: date) -> EmailMultiAlternatives | None:
    """Return the letter in the account's document language.

    None where the credits rose meanwhile or the alert was turned off. Raises `CannotWrite` without
    an address to write to.
    """
    account = mail.account
    alert = LowCreditAlert.objects.filter(account=account).first()
    free = free_credits(account)
    if alert is None or free >= alert.threshold:
        return None
    recipients, seller = recipients_of(account), current_seller()
    with override(account.document_language):
        return compose(
            mail,
            what="low-credits",
            to=recipients,
            subject=f"{_('Your credits are low')} - {seller.trade_name}",
            template="credits/low",
            context={
                "account": account,
                "seller": seller,
                "language": account.document_language,
                "alert": alert,
                "free": free,
                "add_url": page_address("credits:add"),
                "alert_url": page_address("credits:alert"),
            },
            seller=seller,
        )


def _ended(mail: LowCreditMail) -> None:
    if mail.state in _ENDS:
        record(_ENDS[mail.state], on=mail, account_number=mail.account.account_number)


LOW_CREDITS = MailKind(model=LowCreditMail, write=write_letter, ended=_ended)
