"""The steps of a submission, each a form of its own: submit, send back, answer, accept, lock, reopen."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.scope import Right, acting_for
from dozor.apps.submissions import actions
from dozor.apps.submissions.models import Submission
from dozor.apps.submissions.queries import open_remarks
from dozor.apps.submissions.receiving import receive_paper
from dozor.core.findings import Refused
from dozor.core.submissions.states import Act, may_follow
from dozor.language import say
from dozor.language.words import SUBMISSION_STATES
from dozor.web import submissions as shown
from dozor.web.forms import REQUIRED, TaskForm, day_field, text_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, View, asks
from dozor.web.tasks import task
from dozor.web.views.submissions import found_for

Step = Callable[[HttpRequest, Submission], HttpResponse]


def step(right: Right, act: Act | None, methods: tuple[str, ...]) -> Callable[[Step], View]:
    """A step of a submission: for whoever has the right about its agency, where its state allows the act.

    Where it does not, the answer is 409 and says where the submission stands.
    """

    def wrap(view: Step) -> View:
        @asks(right, methods=methods)
        @functools.wraps(view)
        def asked(request: HttpRequest, pk: int) -> HttpResponse:
            one = found_for(request, pk, right)
            if act is not None and act not in may_follow(one.state):
                words = _(SUBMISSION_STATES[one.state])
                context = {"one": one, "state": words}
                return render(request, "submission_state.html", context, status=409)
            return view(request, one)

        return asked

    return wrap


class SubmitForm(TaskForm):
    number = text_field(
        gettext_lazy("Outgoing number of the letter"),
        gettext_lazy("The signed paper copy goes with it (para 10). May be given later."),
        required=False,
    )
    dated_on = day_field(gettext_lazy("Date of the letter"), required=False)
    note = text_field(gettext_lazy("Note"), longest=500, required=False)


class CorrectForm(TaskForm):
    reason = text_field(
        gettext_lazy("Why it is corrected"),
        gettext_lazy("What was accepted stands until the correction is."),
        longest=500,
    )
    number = text_field(gettext_lazy("Outgoing number of the letter"), required=False)
    dated_on = day_field(gettext_lazy("Date of the letter"), required=False)


class ReopenForm(TaskForm):
    number = text_field(gettext_lazy("Number of the decision"))
    dated_on = day_field(gettext_lazy("Date of the decision"))
    reason = text_field(gettext_lazy("Reason"), longest=500)


class PaperForm(TaskForm):
    sent_on = day_field(
        gettext_lazy("Day it was sent"),
        gettext_lazy("By the letter or the postmark, where known: in time is what was sent in time."),
        required=False,
    )
    received_on = day_field(gettext_lazy("Day of receipt"))
    number = text_field(gettext_lazy("Incoming number"))


def _whose(request: HttpRequest, one: Submission, right: Right) -> dict[str, Any]:
    """Whose act it is and when; a deputy's names the one they stand in for."""
    stood_for = acting_for(request.user, right, one.agency.code)
    return {"by": request.user.login, "at": timezone.now(), "on_behalf_of": stood_for}


def _task(
    request: HttpRequest,
    one: Submission,
    form: TaskForm,
    act: Callable[..., Any],
    *,
    title: str,
    done: str,
    right: Right = Right.SUBMIT,
    help_text: str = "",
) -> HttpResponse:
    def record(data: dict[str, Any]) -> None:
        act(submission=one, **_whose(request, one, right), **data)

    names = Names.of(request)
    words = help_text or f"{names.agency(one.agency.code)}, {one.year}"
    back = reverse("submission", args=[one.pk])
    return task(request, form, record, title=title, help_text=words, done=done, back=back)


@step(Right.SUBMIT, Act.SUBMIT, FORM)
def submit(request: HttpRequest, one: Submission) -> HttpResponse:
    return _task(
        request,
        one,
        SubmitForm(request.POST or None, choices={}),
        actions.submit,
        title=_("Submit"),
        done=_("Submitted. The recipient has it now."),
    )


@step(Right.SUBMIT, Act.CORRECT, FORM)
def correct(request: HttpRequest, one: Submission) -> HttpResponse:
    return _task(
        request,
        one,
        CorrectForm(request.POST or None, choices={}),
        actions.correct,
        title=_("Submit the correction"),
        done=_("The correction is submitted."),
    )


@step(Right.REOPEN_SUBMISSION, Act.REOPEN, FORM)
def reopen(request: HttpRequest, one: Submission) -> HttpResponse:
    return _task(
        request,
        one,
        ReopenForm(request.POST or None, choices={}),
        actions.reopen,
        right=Right.REOPEN_SUBMISSION,
        title=_("Open again by a decision"),
        done=_("The submission is open again."),
    )


def receive_paper_of(*, on_behalf_of: str = "", **given: Any) -> None:
    """A receipt is a fact: it names who wrote it down, and that suffices."""
    receive_paper(**given)


@step(Right.RECORD_RECEIPT, None, FORM)
def paper(request: HttpRequest, one: Submission) -> HttpResponse:
    return _task(
        request,
        one,
        PaperForm(request.POST or None, choices={}, initial={"received_on": timezone.localdate()}),
        receive_paper_of,
        title=_("The paper copy came"),
        done=_("The receipt is recorded."),
    )


@step(Right.SUBMIT, Act.ANSWER, FORM)
def answer(request: HttpRequest, one: Submission) -> HttpResponse:
    """One field for each remark: what was put right, or why the cell stands."""
    names = Names.of(request)
    remarks = open_remarks(one)
    form = SubmitForm(request.POST or None, choices={})
    del form.fields["note"]
    for n, remark in enumerate(remarks):
        said = shown.remark_shown(remark, names)
        form.fields[f"answer_{n}"] = forms.CharField(
            label=f"{shown.row_words(remark['row'], names)}, {said.column}",
            help_text=": ".join(part for part in (said.reason, said.text) if part),
            max_length=1000,
            error_messages=REQUIRED,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    form.order_fields([f"answer_{n}" for n in range(len(remarks))])

    def act(**data: Any) -> None:
        answers = {n: data.pop(f"answer_{n}") for n in range(len(remarks))}
        actions.answer(answers=answers, **data)

    return _task(
        request,
        one,
        form,
        act,
        title=_("Answer the remarks"),
        help_text=_(
            "Correct the rows first where they are wrong; "
            "here say what was put right, or why the value stands."
        ),
        done=_("Answered and submitted again."),
    )


@step(Right.CHECK_SUBMISSION, Act.SEND_BACK, FORM)
def send_back(request: HttpRequest, one: Submission) -> HttpResponse:
    """Remarks on cells, each with a reason of the plan's list; the new due date follows by rule."""
    names = Names.of(request)
    version = one.submitted
    rows = shown.rows_shown(version, names) if version else []
    rule = names.main_plan.sending_back
    faults: list[str] = []
    if request.method == "POST":
        remarks = [
            {
                "row": row.row.name,
                "column": request.POST.get(f"{n}-column", "value"),
                "reason": request.POST[f"{n}-reason"],
                "text": request.POST.get(f"{n}-text", "")[:500],
            }
            for n, row in enumerate(rows)
            if request.POST.get(f"{n}-reason")
        ]
        try:
            event = actions.send_back(
                submission=one,
                remarks=remarks,
                note=request.POST.get("note", "")[:500],
                **_whose(request, one, Right.CHECK_SUBMISSION),
            )
        except Refused as refused:
            faults = [say(f, names.language).message for f in refused.findings]
        else:
            from dozor.language.numbers import date_text

            day = date_text(event.due_on, names.language) if event.due_on else ""
            messages.success(request, _("Sent back. The answer is due on %(day)s.") % {"day": day})
            return redirect("submission", pk=one.pk)
    context = {
        "one": one,
        "agency": names.agency(one.agency.code),
        "rows": [
            {
                "number": n,
                "shown": row,
                "reason": request.POST.get(f"{n}-reason", ""),
                "column": request.POST.get(f"{n}-column", "value"),
                "text": request.POST.get(f"{n}-text", ""),
            }
            for n, row in enumerate(rows)
        ],
        "reasons": [(r.code, names.say(r.name)) for r in rule.reasons] if rule else [],
        "columns": [(c, shown.column_words(c)) for c in shown.REMARKED],
        "rule": rule,
        "note": request.POST.get("note", ""),
        "faults": faults,
    }
    return render(request, "submission_send_back.html", context, status=422 if faults else 200)


def _at_once(
    request: HttpRequest, one: Submission, act: Callable[..., Any], right: Right, done: str
) -> HttpResponse:
    try:
        act(submission=one, **_whose(request, one, right))
    except Refused as refused:
        language = Names.of(request).language
        for finding in refused.findings:
            messages.error(request, say(finding, language).message)
    else:
        messages.success(request, done)
    return redirect("submission", pk=one.pk)


@step(Right.ACCEPT_SUBMISSION, Act.ACCEPT, ACT)
def accept(request: HttpRequest, one: Submission) -> HttpResponse:
    return _at_once(
        request,
        one,
        actions.accept,
        Right.ACCEPT_SUBMISSION,
        _("Accepted. Its rows are values of the bank now."),
    )


@step(Right.LOCK_SUBMISSION, Act.LOCK, ACT)
def lock(request: HttpRequest, one: Submission) -> HttpResponse:
    return _at_once(request, one, actions.lock, Right.LOCK_SUBMISSION, _("Locked."))
