"""E-mails in German, French and Hindi: subject, text and HTML."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import get_resolver
from django.utils import translation

from billing.credits.alert import set_alert
from billing.credits.low import tell_of_low_credits
from billing.models import Account, InvitedMembership
from billing.payments.from_credits import adjust_credits
from certinext.identity.adapter import AccountAdapter
from certinext.identity.languages import language_of
from certinext.identity.models import User
from tests.customers import SignIn
from tests.factories import AccountFactory, MembershipFactory, UserFactory
from tests.invoices.reminders.helpers import after_due, owed, remind
from tests.languages.lookups import recorded
from tests.languages.papers import LANGUAGES, NOW, customer
from tests.languages.test_papers import english_in, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _routes() -> None:
    """Load the pages before a mail does for its links: making forms looks texts up as well."""
    assert get_resolver("certinext.urls").url_patterns


def sent(language: str) -> tuple[str, str, str]:
    """Return subject, text and HTML of the one mail that went out."""
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    assert f'<html lang="{language}">' in html
    return str(message.subject), str(message.body), html


REMINDERS = {
    "de": {
        -3: "Rechnung INV/26-27/000001 wird bald fällig - Aravalli Trust",
        1: "Rechnung INV/26-27/000001 ist fällig - Aravalli Trust",
        7: "Rechnung INV/26-27/000001 ist überfällig - Aravalli Trust",
        30: "Letzte Mahnung: Rechnung INV/26-27/000001 ist überfällig - Aravalli Trust",
    },
    "fr": {
        -3: "La facture INV/26-27/000001 arrive à échéance - Aravalli Trust",
        1: "La facture INV/26-27/000001 est échue - Aravalli Trust",
        7: "La facture INV/26-27/000001 est en retard de paiement - Aravalli Trust",
        30: "Dernier rappel : la facture INV/26-27/000001 est en retard de paiement"
        " - Aravalli Trust",
    },
    "hi": {
        -3: "बीजक INV/26-27/000001 शीघ्र देय है - Aravalli Trust",
        1: "बीजक INV/26-27/000001 देय है - Aravalli Trust",
        7: "बीजक INV/26-27/000001 अतिदेय है - Aravalli Trust",
        30: "अंतिम अनुस्मारक: बीजक INV/26-27/000001 अतिदेय है - Aravalli Trust",
    },
}


@pytest.mark.parametrize("days", [-3, 1, 7, 30])
@pytest.mark.parametrize("language", LANGUAGES)
def test_reminders(language: str, days: int) -> None:
    owed(customer(language, contact_name="Ravi"))
    with recorded(language) as lookups:
        remind(after_due(days))

    subject, text, html = sent(language)
    assert subject == REMINDERS[language][days]
    greeting = {"de": "Guten Tag Ravi,", "fr": "Bonjour Ravi,", "hi": "नमस्ते Ravi,"}[language]
    amount = {"de": "10.531,50\xa0₹", "fr": "10\u202f531,50\xa0₹", "hi": "₹10,531.50"}[language]
    for body in (text, html):
        assert greeting in body
        assert amount in body
        assert english_in(body, lookups, language) == []
    assert unknown(lookups, language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_many_invoices_are_counted_in_one_mail(language: str) -> None:
    account = customer(language)
    owed(account)
    owed(account)
    remind(after_due(7))

    subject, _text, _html = sent(language)
    assert subject.startswith(
        {
            "de": "2 Rechnungen sind überfällig",
            "fr": "2 factures sont en retard de paiement",
            "hi": "2 बीजक अतिदेय हैं",
        }[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_low_credits(language: str) -> None:
    account = customer(language)
    give = partial(adjust_credits, account, currency="INR", reason="x", by="clerk", now=NOW)
    give(amount=Decimal("1500.00"))
    set_alert(account, threshold=Decimal("1000.00"), currency="INR", by="ravi", now=NOW)
    give(amount=Decimal("-600.00"))
    with recorded(language) as lookups:
        tell_of_low_credits(clock=lambda: NOW)

    subject, text, html = sent(language)
    said = {
        "de": "Ihr Guthaben geht zur Neige",
        "fr": "Votre crédit prépayé est bientôt épuisé",
        "hi": "आपकी प्रीपेड राशि कम है",
    }[language]
    assert subject == f"{said} - Aravalli Trust"
    assert said in html
    assert {"de": "weniger als 1.000,00\xa0₹", "fr": "seuil sous lequel", "hi": "₹1,000.00 से कम"}[
        language
    ] in text
    for body in (text, html):
        assert english_in(body, lookups, language) == []
    assert unknown(lookups, language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_to_an_account_is_in_its_language(language: str, sign_in: SignIn) -> None:
    account = customer(language)
    clerk = sign_in(UserFactory.create(is_staff=True))
    clerk.post(
        f"/backoffice/accounts/{account.account_number}/people/invite/",
        {"email": "new@example.com", "full_name": "Neu", "role": "standard"},
    )

    assert InvitedMembership.objects.get().account == account
    (message,) = mail.outbox
    assert (
        message.subject
        == {
            "de": "Ihr Zugang zu Aravalli Trust",
            "fr": "Votre accès à Aravalli Trust",
            "hi": "Aravalli Trust में आपका प्रवेश",
        }[language]
    )
    assert {"de": "Guten Tag Neu,", "fr": "Bonjour Neu,", "hi": "नमस्ते Neu,"}[
        language
    ] in message.body
    assert "Hello" not in message.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forgotten_password_is_mended_in_the_members_language(
    language: str, client: Client
) -> None:
    user = member(language)
    answer = client.post("/account/password/reset/", {"email": user.email}, follow=True)

    assert '<html lang="en"' in answer.content.decode()
    (message,) = mail.outbox
    assert (
        message.subject
        == {
            "de": "Ihr Code für ein neues Passwort",
            "fr": "Votre code pour un nouveau mot de passe",
            "hi": "नए पासवर्ड के लिए आपका कोड",
        }[language]
    )
    assert "Was it not you?" not in message.body


def test_a_stranger_is_answered_in_the_pages_language(client: Client) -> None:
    client.post("/account/password/reset/", {"email": "nobody@example.com"})

    assert mail.outbox[0].subject == "No sign-in with this address"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "template",
    [
        "account_already_exists",
        "email_changed",
        "email_confirm",
        "email_confirmation",
        "email_deleted",
        "login_code",
        "password_changed",
        "password_reset",
        "password_reset_code",
        "password_reset_key",
        "password_set",
        "unknown_account",
    ],
)
def test_every_mail_about_signing_in_is_translated(template: str, language: str) -> None:
    user = member(language)
    context = {"user": user, "code": "123456", "email": user.email, "ip": "192.0.2.1"}
    with recorded(language) as lookups, translation.override(language):
        message = AccountAdapter().render_mail(f"account/email/{template}", user.email, context)

    assert lookups
    assert unknown(lookups, language) == set()
    assert english_in(f"{message.subject} {message.body}", lookups, language) == []


def test_whose_language_it_is() -> None:
    person = UserFactory.create()
    assert language_of(None) == language_of(person) == "en"
    for language in ("fr", "de"):
        MembershipFactory.create(
            user=person, account=AccountFactory.create(document_language=language)
        )
    assert language_of(person) == "fr"
    person.is_staff = True
    assert language_of(person) == "en"


def member(language: str) -> User:
    """Make a member who can sign in."""
    account: Account = customer(language)
    user: User = MembershipFactory.create(account=account).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_a_day_in_a_mail_is_spelled_out() -> None:
    owed(customer("hi"))
    remind(after_due(1))
    assert date(2026, 10, 21) == after_due(0)
    assert "21 अक्टूबर 2026" in mail.outbox[0].body
