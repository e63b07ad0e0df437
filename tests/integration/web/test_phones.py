"""Phones let in and shut out on a page (PHN).

PHN-001  A phone let in shows its code once; the code sets ODK Collect up, its address the list of forms.
PHN-002  Shut out, it is refused from the next question on, and what it sent stays counted.
PHN-003  A name in use is refused beside its field; an agency outside one's reach is not on the list.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from tests.instances import CopyOf, Instance, opened
from tests.integration.web.conftest import browser

pytestmark = pytest.mark.any_engine


@pytest.fixture(scope="module")
def instance(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    with copy_of("demo") as one, opened(one, django_db_blocker):
        yield one


def let_in(client: Client, name: str, agency: str = "OCHEPH-HO") -> Any:
    return client.post(reverse("phones"), {"name": name, "agency": agency})


def asked(address: str) -> int:
    return (
        Client().get(f"{urlsplit(address).path}/formList", headers={"X-OpenRosa-Version": "1.0"}).status_code
    )


def test_phn_001_002_a_phones_life(instance: Instance):
    from dozor.formats.openrosa import collect_code, collect_settings

    gomel = browser("gomel")
    page = let_in(gomel, "Гомель, планшет 1")
    address = page.context["address"]
    assert asked(address) == 200
    assert page.headers["Cache-Control"].startswith("max-age=0")
    assert page.context["picture"].startswith("data:image/svg+xml")
    code = collect_code(collect_settings(address, name="Гомель"))
    assert json.loads(zlib.decompress(base64.b64decode(code)))["general"]["server_url"] == address
    listed = gomel.get(reverse("phones")).content.decode()
    assert "Гомель, планшет 1" in listed
    assert address.rsplit("/", 1)[1] not in listed
    (row,) = gomel.get(reverse("phones")).context["in_use"]
    gone = gomel.post(reverse("phone-shut-out", args=[row["one"].pk]), follow=True)
    assert "отключён" in gone.content.decode()
    assert asked(address) == 403
    assert gomel.post(reverse("phone-shut-out", args=[row["one"].pk])).status_code == 404
    assert instance.cli("verify").code == 0


def test_phn_003_what_is_refused(instance: Instance):
    gomel = browser("gomel")
    let_in(gomel, "планшет 2")
    again = let_in(gomel, "планшет 2")
    assert again.status_code == 422
    assert again.context["form"].errors.keys() == {"name"}
    assert let_in(gomel, "планшет 3", agency="OCHEPH-BR").context["form"].errors.keys() == {"agency"}
    assert browser("ministry").get(reverse("phones")).status_code == 403
