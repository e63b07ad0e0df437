"""What a form may name, beyond the doors that `matrix/` tries.

WEB-001  a form records for those alone whom its sender may act for
WEB-002  no form is taken without its token
"""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from tests.instances import Instance
from tests.integration.web.conftest import browser


def test_web_001_a_regional_centre_records_for_itself_alone(example: Instance):
    from dozor.apps.collection.models import RoundDate

    form = {
        "collection": "survey-youth", "year": "2025", "agency": "OCHEPH-BR",
        "planned_end_on": "2025-11-01", "number": "1",
    }  # fmt: skip
    refused = browser("gomel").post(reverse("round-plan"), form)
    assert refused.status_code in (403, 422)
    assert not RoundDate.objects.exists()
    taken = browser("gomel").post(reverse("round-plan"), form | {"agency": "OCHEPH-HO"})
    assert taken.status_code == 302
    assert RoundDate.objects.get().agency.code == "OCHEPH-HO"


def test_web_001_a_regional_centre_cannot_plan_for_everyone(example: Instance):
    from dozor.apps.collection.models import RoundDate

    form = {"collection": "survey-youth", "year": "2025", "planned_end_on": "2025-11-01", "number": "1"}
    browser("gomel").post(reverse("round-plan"), form | {"agency": ""})
    assert not RoundDate.objects.exists()


def test_web_001_a_request_goes_to_a_centre_below_only(example: Instance):
    from dozor.apps.collection.models import Request
    from dozor.apps.organisations.models import Agency

    other = Agency.objects.filter(parent="OCHEPH-BR").first()
    assert other is not None
    form = {"recipient": other.code, "year": "2025", "scope": "11.1", "due_on": "2025-12-01", "number": "1"}
    answer = browser("gomel").post(reverse("request-new"), form)
    assert answer.status_code == 422
    assert not Request.objects.exists()


def test_web_002_a_form_needs_its_token(untouched_example: Instance):
    from dozor.apps.organisations.models import Person

    client = Client(enforce_csrf_checks=True)
    person = Person.objects.get(login="national")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("board-agree"), {}).status_code == 403
    assert client.post(reverse("sign-out")).status_code == 403
