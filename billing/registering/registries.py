"""The registries that this installation allows: from a name to something that can be asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from billing.models import Registry
from billing.registering.credentials import CredentialsMissing, credentials
from billing.registering.registry import RegistryClient, RegistryUnavailable
from billing.registering.via_irp import IrpClient
from billing.registering.via_sandbox import SandboxRegistry
from billing.sentences import gettext_noop

Clock = Callable[[], datetime]


def allowed_registries() -> list[Registry]:
    """Return the registries that this installation allows: the sandbox only where its setting does.

    A seller's own choice is not enough: what the sandbox "registers" is not registered.
    """
    return [one for one in Registry if one != Registry.SANDBOX or settings.SANDBOX_REGISTRY]


def registry_client(registry: str, *, gstin: str, clock: Clock) -> RegistryClient:
    """Return a seller's access to a registry; raises `RegistryUnavailable` without one."""
    if registry not in allowed_registries():
        raise RegistryUnavailable(gettext_noop("This installation does not allow the sandbox."))
    if registry == Registry.SANDBOX:
        return SandboxRegistry(clock=clock)
    try:
        return IrpClient(credentials(), gstin=gstin, clock=clock)
    except CredentialsMissing as error:
        raise RegistryUnavailable("%(why)s", why=str(error)) from error
