"""The seller's own data: legal identity, branding, staff."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import model_to_dict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Seller
from certinext.audit.models import AuditEvent
from certinext.backoffice.contrast import contrast_with_white, darkened
from certinext.identity.models import Invitation, User
from certinext.pdf.png import safe_png
from tests.factories import AccountFactory, ChargeFactory, UserFactory
from tests.invoices.helpers import issue_order_invoice
from tests.invoices.monthly import at, granted
from tests.pdf.pictures import alpha_logo, png

SELLER, BRANDING, STAFF = (
    "/backoffice/seller/",
    "/backoffice/seller/branding/",
    "/backoffice/staff/",
)
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 0h16v16z"/></svg>'


def seller_form(**changes: Any) -> dict[str, Any]:
    facts = model_to_dict(Seller.objects.get())
    return {k: v for k, v in facts.items() if v not in (None, False)} | changes


def number_invoice(number_format: str) -> None:
    """Issue an invoice in this format, which begins its series."""
    Seller.objects.update(invoice_number_format=number_format)
    account = AccountFactory.create()
    issue_order_invoice(account, ChargeFactory.create(account=account))


def test_a_change_of_the_seller_is_audited_with_old_and_new(staff: Client) -> None:
    old = Seller.objects.get().trade_name
    answer = staff.post(SELLER, seller_form(trade_name="Meridian"))
    assert answer.status_code == 302
    event = AuditEvent.objects.get(action="seller.changed")
    assert event.details["changes"] == {"trade_name": [old, "Meridian"]}
    assert event.actor == "meera@aravalli.example"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("invoice_number_format", "INVOICE/{fy}/{number:9}", "characters and the law allows 16"),
        ("invoice_number_format", "INV/{number:6}", "Write {fy} once"),
        ("credit_note_number_format", "INV/{fy}/{number:6}", "need different beginnings"),
        ("time_zone", "Mars/Olympus", "Write a zone&#x27;s name, such as Asia/Kolkata."),
        ("gstin", "29AAGCA7421K1ZX", "fails its own check digit"),
        ("legal_id_scheme", "0106", "Enter the number in the register, or take the register out."),
        ("endpoint_id", "1", "Choose what kind of electronic address this is."),
        ("bic", "EXBKIN", "Write the 8 or 11 characters of the BIC, such as EXBKINBB."),
        ("iban", "DE89370400440532013001", "Its check digits are wrong"),
        ("state_code", "", "Choose the State: an address in India is not complete without it."),
        ("financial_year_start", "13", "from the list: this is not on it."),
    ],
)
def test_what_would_make_wrong_documents_is_refused_at_its_field(
    staff: Client, field: str, value: str, sentence: str
) -> None:
    before = model_to_dict(Seller.objects.get())
    html = staff.post(SELLER, seller_form(**{field: value})).content.decode()
    assert sentence in html
    assert model_to_dict(Seller.objects.get()) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        # The other kind's numbers.
        ({"credit_note_number_format": "OLD/{fy}/{number:6}"}, "the series OLD/26-27/, which has"),
        # Its own, with other digits.
        ({"invoice_number_format": "INV/{fy}/{number:5}"}, "the series INV/26-27/, which has 6"),
        # Only digits between: 0 and five digits are six digits.
        ({"invoice_number_format": "INV/{fy}/0{number:5}"}, "Numbers after INV/26-27/0 could be"),
        ({"invoice_number_format": "A/{fy}/{number:3}"}, "A year may need 9,999 numbers"),
    ],
)
def test_a_format_that_would_stop_or_repeat_numbers_is_refused(
    staff: Client, changes: dict[str, str], sentence: str
) -> None:
    number_invoice("OLD/{fy}/{number:6}")
    number_invoice("INV/{fy}/{number:6}")
    # What is in use fits beside its own series.
    assert staff.post(SELLER, seller_form(phone="1")).status_code == 302
    changes = {"credit_note_number_format": "X/{fy}/{number:6}"} | changes
    html = staff.post(SELLER, seller_form(**changes)).content.decode()
    assert sentence in html
    assert Seller.objects.get().invoice_number_format == "INV/{fy}/{number:6}"


def test_a_format_is_refused_that_would_stop_with_the_next_financial_year(staff: Client) -> None:
    number_invoice("INV/{fy}/{number:6}")
    with time_machine.travel(at("2026-03-31 12:00")):
        html = staff.post(
            SELLER, seller_form(invoice_number_format="INV/{fy}/{number:5}")
        ).content.decode()
    assert "Numbers after INV/26-27/ could be taken" in html


def test_two_formats_that_differ_by_digits_only_are_refused(staff: Client) -> None:
    changes = {
        "invoice_number_format": "A/{fy}/{number:5}",
        "credit_note_number_format": "A/{fy}/1{number:4}",
    }
    html = staff.post(SELLER, seller_form(**changes)).content.decode()
    assert "neither continues the other with digits" in html


def test_the_form_shows_which_numbers_a_format_gives(staff: Client) -> None:
    html = staff.get(SELLER).content.decode()
    assert "Gives INV/26-27/000001." in html
    assert "Gives CN/26-27/000001." in html


@pytest.mark.parametrize(
    ("colour", "ratio", "better"),
    [("#ffcc00", "1.5:1", "#8e7200"), ("#777777", "4.4:1", "#737373")],
)
def test_a_colour_on_which_white_cannot_be_read_is_refused_with_a_better_one(
    staff: Client, colour: str, ratio: str, better: str
) -> None:
    html = staff.post(BRANDING, {"accent_colour": colour}).content.decode()
    assert f"has a contrast of {ratio} and needs 4.5:1" in html
    assert f"such as {better}." in html
    assert Seller.objects.get().accent_colour == "#2b50c8"
    assert staff.post(BRANDING, {"accent_colour": better}).status_code == 302


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_has_a_darker_one_that_can_be_read(number: int) -> None:
    better = darkened(f"#{number:06x}")
    assert contrast_with_white(better) >= 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast_with_white("#000000") == 21
    assert contrast_with_white("#ffffff") == 1
    assert round(contrast_with_white("#767676"), 2) == 4.54


def test_a_logo_is_rebuilt_and_served(staff: Client) -> None:
    file = SimpleUploadedFile("logo.svg", LOGO.encode(), "image/svg+xml")
    staff.post(BRANDING, {"accent_colour": "#2b50c8", "logo_file": file})
    assert "<path" in Seller.objects.get().logo
    assert staff.get("/logo")["Content-Type"] == "image/svg+xml"
    staff.post(BRANDING, {"accent_colour": "#2b50c8", "remove_logo": "on"})
    assert Seller.objects.get().logo == ""


def test_a_picture_is_a_logo_too_and_served_as_one(staff: Client) -> None:
    file = SimpleUploadedFile("logo.png", png(alpha_logo()), "image/png")
    assert staff.post(BRANDING, {"accent_colour": "#2b50c8", "logo_file": file}).status_code == 302
    answer = staff.get("/logo")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert answer.content == safe_png(png(alpha_logo()))
    # The trail tells that the logo changed, and is not drowned in it.
    assert len(str(AuditEvent.objects.get(action="seller.branding_changed").details)) < 600


def test_a_picture_that_cannot_be_printed_is_refused_at_its_field(staff: Client) -> None:
    Seller.objects.update(logo=LOGO)
    file = SimpleUploadedFile("logo.png", png(alpha_logo(200, 31)), "image/png")
    answer = staff.post(BRANDING, {"accent_colour": "#0b5f73", "logo_file": file})
    sentence = (
        "The PNG picture has 200 by 31 pixels: it needs at least 32 on the shorter side to be"
        " printed."
    )
    assert answer.context["form"].errors == {"logo_file": [sentence]}
    seller = Seller.objects.get()
    assert (seller.logo, seller.accent_colour) == (LOGO, "#2b50c8")


@pytest.mark.parametrize(
    "drawing",
    [
        LOGO.replace("<path", "<script>alert(1)</script><path"),
        LOGO.replace("<path", '<image href="file:///etc/passwd"/><path'),
        "<html></html>",
        "no drawing",
        "\xff",
    ],
)
def test_a_drawing_that_could_run_or_reach_out_is_refused(staff: Client, drawing: str) -> None:
    file = SimpleUploadedFile("logo.svg", drawing.encode("latin-1"), "image/svg+xml")
    answer = staff.post(BRANDING, {"accent_colour": "#2b50c8", "logo_file": file})
    assert answer.status_code == 200
    assert Seller.objects.get().logo == ""


@pytest.mark.parametrize("name", ["Evil\u202e\u2066", "Meera\u0085 Iyer"])
def test_a_name_that_could_pass_for_another_is_not_invited(staff: Client, name: str) -> None:
    html = staff.post(STAFF + "invite/", {"full_name": name, "email": "x@aravalli.example"})
    assert "invisible character" in html.content.decode()
    assert not Invitation.objects.exists()


def test_inviting_staff_mails_a_link_to_the_backoffice(staff: Client) -> None:
    staff.post(STAFF + "invite/", {"full_name": "Nisha Rao", "email": "Nisha@Aravalli.example"})
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.is_staff) == ("nisha@aravalli.example", True)
    assert invitation.invited_by == "meera@aravalli.example"
    assert "nisha@aravalli.example" in staff.get(STAFF).content.decode()


def test_a_deactivated_clerk_is_out_with_the_next_page(staff: Client, sign_in: Any) -> None:
    farid: User = UserFactory.create(is_staff=True)
    browser = sign_in(farid)
    assert browser.get("/backoffice/").status_code == 200
    staff.post(f"{STAFF}{farid.pk}/switch/", {"active": "no"})
    assert browser.get("/backoffice/").status_code == 302
    assert AuditEvent.objects.get(action="staff.deactivated").object_label == farid.email
    staff.post(f"{STAFF}{farid.pk}/switch/", {"active": "yes"})
    farid.refresh_from_db()
    assert farid.is_active


def test_nobody_shuts_themselves_out(staff: Client, meera: User) -> None:
    staff.post(f"{STAFF}{meera.pk}/switch/", {"active": "no"})
    meera.refresh_from_db()
    assert meera.is_active


def test_a_customer_is_no_staff_to_switch(staff: Client) -> None:
    customer: User = UserFactory.create()
    assert staff.post(f"{STAFF}{customer.pk}/switch/", {"active": "no"}).status_code == 404


def test_the_time_zone_stays_once_months_are_counted_in_it(staff: Client) -> None:
    answer = staff.post(SELLER, seller_form(time_zone="Asia/Kathmandu"))
    assert answer.status_code == 302
    granted(AccountFactory.create())
    html = staff.post(SELLER, seller_form(time_zone="Asia/Kolkata")).content.decode()
    assert "Monthly invoices are counted in Asia/Kathmandu" in html
    assert Seller.objects.get().time_zone == "Asia/Kathmandu"
    assert staff.post(SELLER, seller_form(trade_name="Other")).status_code == 302
