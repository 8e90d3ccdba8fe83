"""The letter that says that an automatic top-up was declined, with the way to pay by hand."""

from __future__ import annotations

from datetime import date

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.mailing.deliver import MailKind
from billing.mailing.envelope import compose, page_address, recipients_of
from billing.models import DeclinedTopUpMail, Payment
from billing.models.seller import current_seller
from billing.money import minor_unit
from billing.payments.owed import free_credits
from certinext.audit.trail import record

State = DeclinedTopUpMail.State
# What the trail says of each end.
_ENDS: dict[str, str] = {
    State.SENT: "auto_top_up.mail_sent",
    State.FAILED: "auto_top_up.mail_failed",
    State.UNKNOWN: "auto_top_up.mail_lost",
}


def write_letter(mail: DeclinedTopUpMail, _today: date) -> EmailMultiAlternatives | None:
    """Return the letter in the account's document language; None where it was paid after all.

    Raises `CannotWrite` without an address to write to.
    """
    payment = mail.payment
    account, agreed = payment.account, payment.auto_top_up
    if payment.state != Payment.State.FAILED or agreed is None:
        return None
    recipients, seller = recipients_of(account), current_seller()
    amount = payment.amount.quantize(minor_unit(payment.currency))
    with override(account.document_language):
        return compose(
            mail,
            what="declined-top-up",
            to=recipients,
            subject=f"{_('Your automatic top-up was declined')} - {seller.trade_name}",
            template="auto_top_up/declined",
            context={
                "account": account,
                "seller": seller,
                "language": account.document_language,
                "payment": payment,
                "method": agreed.mandate,
                "reason": _(payment.reason),
                "is_paused": agreed.paused_at is not None,
                "free": free_credits(account),
                "add_url": f"{page_address('credits:add')}?amount={amount}",
                "page_url": page_address("credits:auto_top_up"),
            },
            seller=seller,
        )


def _ended(mail: DeclinedTopUpMail) -> None:
    if mail.state in _ENDS:
        account = mail.payment.account
        record(_ENDS[mail.state], on=mail, account_number=account.account_number)


DECLINED_TOP_UP = MailKind(model=DeclinedTopUpMail, write=write_letter, ended=_ended)
