"""Low-balance alerts, and the mails about credits that went out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.accounts import Account
from billing.models.fields import AMOUNT_LIMIT, AmountField, CurrencyField
from billing.models.mails import OutgoingMail, due_index, mail_checks
from billing.models.payments import Payment
from certinext.tenancy.grants import KEPT, USUAL_RIGHTS


class LowCreditAlert(models.Model):
    """An account is written to once its free credits fall below `threshold`, in `currency`.

    Armed while the next fall is still to be told; disarmed by its mail, or where credits were below
    already when the threshold was set. A trigger arms it again in the transaction that brings
    credits up to the threshold, so that no rise between two looks is missed.
    """

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="low_credit_alert"
    )
    threshold = AmountField(_("alert below"))
    currency = CurrencyField(_("currency"))
    is_armed = models.BooleanField(_("waits for the next fall"))
    set_by = models.CharField(_("set by"), max_length=254)
    set_at = models.DateTimeField(_("set"))

    application_rights = USUAL_RIGHTS

    class Meta:
        constraints = [
            models.CheckConstraint(
                # BETWEEN also refuses NaN.
                condition=Q(threshold__gt=0, threshold__range=("0", AMOUNT_LIMIT)),
                name="low_credit_alert_above_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.threshold} {self.currency}"


class LowCreditMail(OutgoingMail):
    """One e-mail: free credits fell below the account's threshold."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="low_credit_mails")
    claimed_at = models.DateTimeField(_("date"))

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]
        indexes = [due_index("low_credit_mail_due")]
        constraints = mail_checks("low_credit_mail")

    def __str__(self) -> str:
        return f"{self.account} {self.claimed_at}"


class DeclinedTopUpMail(OutgoingMail):
    """One e-mail: an automatic top-up was declined, or the bank asked for the customer.

    It is also the fact that this payment was declined: one row a payment.
    """

    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, related_name="declined_top_up_mail"
    )
    claimed_at = models.DateTimeField(_("date"))

    application_rights = KEPT

    class Meta:
        ordering = ["-id"]
        indexes = [due_index("declined_top_up_mail_due")]
        constraints = mail_checks("declined_top_up_mail")

    def __str__(self) -> str:
        return f"{self.payment} {self.claimed_at}"
