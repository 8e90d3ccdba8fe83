"""Application configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Accounts, catalogue, charges, tax, documents, ledger."""

    name = "billing"
    verbose_name = _("billing")

    def ready(self) -> None:
        """Connect what happens when an invitation is accepted, tasks, and what is around them."""
        from billing import people, task_log  # noqa: F401  they connect on import
        from billing.auto_top_up import tasks as of_top_ups  # noqa: F401  Celery looks in apps only
        from billing.chain import tasks as of_chain  # noqa: F401  and so do these
        from billing.credits import tasks as of_credits  # noqa: F401  Celery looks in apps only
        from billing.exports import tasks as of_exports  # noqa: F401  and so do these
        from billing.gateways import tasks  # noqa: F401  Celery looks for tasks in apps only
        from billing.registering import tasks as of_registering  # noqa: F401  and so do these
        from billing.statement import large  # noqa: F401  it registers what it exports
