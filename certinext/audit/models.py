"""The audit trail. It names people and objects by label and id, with no foreign key upwards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from certinext.tenancy.grants import APPEND_ONLY


class AuditEvent(models.Model):
    """One fact of the trail. Written once: a trigger refuses UPDATE, DELETE and TRUNCATE."""

    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor = models.CharField(_("who"), max_length=254, help_text=_("E-mail address or program."))
    actor_id = models.CharField(max_length=40, blank=True)
    action = models.CharField(
        _("what"), max_length=60, help_text=_("For example invoice.downloaded.")
    )
    object_type = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    object_label = models.CharField(_("on"), max_length=254, blank=True)
    account_number = models.CharField(_("account"), max_length=10, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    application_rights = APPEND_ONLY

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.object_label}"
