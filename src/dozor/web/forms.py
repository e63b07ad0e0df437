"""Forms of the working pages: one task each; what the core refuses stands beside its field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dozor.core.findings import Refused
from dozor.language import say

REQUIRED = {"required": _("This has to be filled in.")}
DATE = {**REQUIRED, "invalid": _("This is no date. Write it as 2026-03-01.")}
CHOICE = {**REQUIRED, "invalid_choice": _("This is not on the list. Choose one of the list.")}


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        error_messages=DATE,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def text_field(
    label: Any, help_text: Any = "", *, longest: int = 120, required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=longest, required=required, error_messages=REQUIRED
    )


def choice_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.ChoiceField:
    """A list that the form fills when it is made."""
    return forms.ChoiceField(label=label, help_text=help_text, required=required, error_messages=CHOICE)


def file_field(label: Any, help_text: Any, *, empty: Any) -> forms.FileField:
    """A file to be sent; `empty` is said of one without a byte."""
    missing = _("No file came with the form. Choose one.")
    return forms.FileField(
        label=label, help_text=help_text, error_messages={**REQUIRED, "empty": empty, "missing": missing}
    )


def password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    """A password as browsers and password managers know it: ``current-password`` or ``new-password``."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        strip=False,
        max_length=200,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class TaskForm(forms.Form):
    """A form whose lists of agencies, collections and years come from the instance."""

    use_required_attribute = False

    def __init__(self, *args: Any, choices: dict[str, Iterable[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, options in choices.items():
            if name in self.fields:
                self.fields[name].choices = list(options)  # type: ignore[attr-defined]

    def refuse(self, refusal: Refused, language: str) -> None:
        """Put what was refused beside the field it speaks of, or at the top."""
        for finding in refusal.findings:
            said = say(finding, language)
            column = finding.column if finding.column in self.fields else None
            self.add_error(column, said.message if column is None else said.words)

    def refuse_beside(self, column: str, refusal: Refused, language: str) -> None:
        """Put everything that was refused beside one field."""
        for finding in refusal.findings:
            self.add_error(column, say(finding, language).message)


class EndForm(TaskForm):
    collection = choice_field(_("Collection"))
    ended_on = day_field(_("Last day of collection"), _("From this day the 20 days run (para 10)."))
    evidence = text_field(_("What shows it"), _("Number and date of the act, order or letter."), longest=500)
    note = text_field(_("Note"), longest=500, required=False)


class PlanForm(TaskForm):
    collection = choice_field(_("Collection"))
    year = choice_field(_("Reporting year"))
    agency = choice_field(_("Executor"), required=False)
    planned_end_on = day_field(_("Planned end of collection"))
    number = text_field(_("Number of the letter"))


class RequestForm(TaskForm):
    recipient = choice_field(_("District or city centre"))
    year = choice_field(_("Reporting year"))
    scope = text_field(_("What is asked for"), _("Indicators, groups, places."), longest=500)
    due_on = day_field(_("By when"))
    number = text_field(_("Number of the request"))


class AgreeForm(TaskForm):
    agency = choice_field(_("Executor"))
    year = choice_field(_("Reporting year"))
    indicator = choice_field(_("Indicator"), required=False)
    due_on = day_field(_("Agreed date"))
    number = text_field(_("Number of the letter"))


class ReceiptForm(TaskForm):
    indicators = forms.MultipleChoiceField(
        label=_("Indicators received"),
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE,
    )
    media = forms.MultipleChoiceField(
        label=_("How it came"),
        help_text=_("The duty is met when both have come (para 10)."),
        widget=forms.CheckboxSelectMultiple,
        error_messages=CHOICE,
    )
    sent_on = day_field(
        _("Day it was sent"),
        _("By the letter or the postmark, where known: in time is what was sent in time."),
        required=False,
    )
    received_on = day_field(_("Day of receipt"))
    number = text_field(_("Incoming number"))


class DecisionForm(TaskForm):
    collection = choice_field(_("Collection"))
    year = choice_field(_("Reporting year"))
    agency = choice_field(_("Executor"), required=False)
    kind = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect, error_messages=CHOICE)
    postponed_to = choice_field(_("Postponed to the year"), required=False)
    number = text_field(_("Number of the decision"))
    dated_on = day_field(_("Date of the decision"))
    reason = text_field(_("Reason"), longest=500)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        is_postponed = found.get("kind") == "postponed"
        later = found.get("postponed_to")
        if is_postponed and not later:
            self.add_error("postponed_to", _("Name the year the round is postponed to."))
        elif is_postponed and found.get("year") and int(later) <= int(found["year"]):
            self.add_error("postponed_to", _("Name a later year than the round's own."))
        elif not is_postponed:
            found["postponed_to"] = ""
        return found


class ReportForm(TaskForm):
    document = forms.ChoiceField(label=_("Document"), widget=forms.RadioSelect, error_messages=CHOICE)
    year = choice_field(_("Reporting year"))
    language = choice_field(_("Language"))
    kind = forms.ChoiceField(label=_("File"), widget=forms.RadioSelect, error_messages=CHOICE)
    area = choice_field(_("Whole country or one region"), required=False)


class UploadForm(forms.Form):
    use_required_attribute = False
    file = file_field(
        _("File of values"),
        _("CSV or XLSX, one value in a row. Both a decimal comma and a decimal point are read."),
        empty=_("The file is empty. Choose the one with the values."),
    )
