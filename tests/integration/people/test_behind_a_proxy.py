"""Wrong passwords are counted by the visitor's own address, behind a proxy too."""

from __future__ import annotations

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory, override_settings


@pytest.mark.parametrize(
    ("is_behind_a_proxy", "told", "address"),
    [
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first a visitor wrote himself
        (True, "", "127.0.0.1"),
        (False, "203.0.113.7", "127.0.0.1"),  # without a proxy nobody is believed
    ],
)
def test_the_address_that_counts(is_behind_a_proxy: bool, told: str, address: str) -> None:
    headers = {"x-forwarded-for": told} if told else {}
    with override_settings(TLS=is_behind_a_proxy):
        request = RequestFactory().post("/sign-in/", headers=headers)
        assert get_client_ip_address(request) == address
