"""What a release says of its own protection: the rules, what was withheld, the verdict and its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dozor.language import number
from dozor.publishing.documents import Block, Column, ListBlock, Paragraph, Row, Table, Words
from dozor.publishing.report.data import DisclosureStatement
from dozor.publishing.report.writing import Writing

if TYPE_CHECKING:
    from dozor.core.disclosure import Rule


def disclosure_statement(writing: Writing, said: DisclosureStatement) -> list[Block]:
    """Return the statement's blocks, without a heading."""
    say = writing.say
    told = say(
        "This release was made for: {audience}. An auditor who knows all earlier releases and all that "
        "sources have published has tried to work out what is withheld in it.",
        audience=writing.name(said.audience),
    )
    columns = (
        Column(say("What is withheld or rounded"), 5),
        Column(say("Most rows"), 2, "right"),
        Column(say("Prison, army, key populations"), 2, "right"),
    )
    return [
        Paragraph(told),
        Table(say("Rules of this audience"), columns, _rules(writing, said.rule, said.strict)),
        _tallies(writing, said),
        ListBlock(_verdict(writing, said)),
    ]


def _rules(writing: Writing, rule: Rule, strict: Rule) -> tuple[Row, ...]:
    say, language = writing.say, writing.language

    def yes(flag: bool) -> str:
        return say("yes") if flag else say("no")

    def row(words: str, one: str, other: str) -> Row:
        return Row((words, one, other))

    def percent_of(value: object) -> str:
        return f"{number(value, language)}\u00a0%"  # type: ignore[arg-type]

    return (
        row(
            say("counts of people, withheld from 1 to"),
            number(rule.largest_hidden, language),
            number(strict.largest_hidden, language),
        ),
        row(say("nobody at all, or 0 %, is withheld"), yes(rule.hides_nobody), yes(strict.hides_nobody)),
        row(say("100 % is withheld"), yes(rule.hides_everyone), yes(strict.hides_everyone)),
        row(
            say("a withheld count stays uncertain by at least, people"),
            number(rule.width, language),
            number(strict.width, language),
        ),
        row(
            say("counts shown are rounded to multiples of"),
            number(rule.rounding, language),
            number(strict.rounding, language),
        ),
        row(
            say("digits after the point of a share or rate, at most"),
            number(rule.share_decimals, language),
            number(strict.share_decimals, language),
        ),
        row(
            say("respondents of a survey, at least"),
            number(rule.least_respondents, language),
            number(strict.least_respondents, language),
        ),
        row(
            say("money: nobody comes closer to the largest payer's share than"),
            percent_of(rule.p_percent),
            percent_of(strict.p_percent),
        ),
        row(
            say("money: the largest payers ({n}) give at most, of the whole", n=rule.dominance_n),
            percent_of(rule.dominance_percent),
            percent_of(strict.dominance_percent),
        ),
    )


def _tallies(writing: Writing, said: DisclosureStatement) -> Table:
    say, language = writing.say, writing.language
    kinds = {
        "count": say("numbers of people and things"),
        "share": say("shares"),
        "rate": say("rates"),
        "mean": say("means, medians, indices"),
        "money": say("money"),
    }
    numbers = [(t.kind, t.published_elsewhere, t.shown, t.withheld) for t in said.tallies]
    rows = [
        Row((kinds.get(kind, kind), *(number(n, language) for n in (*counts, sum(counts)))))
        for kind, *counts in numbers
    ]
    totals = [sum(column) for column in zip(*(counts for _, *counts in numbers), strict=True)] or [0, 0, 0]
    rows.append(Row((say("All together"), *(number(n, language) for n in (*totals, sum(totals))))))
    columns = (
        Column(say("Figures"), 3),
        Column(say("published by their source before"), 2, "right"),
        Column(say("shown here first"), 2, "right"),
        Column(say("withheld to protect people"), 2, "right"),
        Column(say("All together"), 1.6, "right"),
    )
    note = say(
        "What its source has published is neither withheld nor rounded, and is known to the auditor. Reasons "
        "are not counted apart: which withheld figures are small would tell how small."
    )
    return Table(say("Figures shown and withheld"), columns, tuple(rows), (note,))


def _verdict(writing: Writing, said: DisclosureStatement) -> tuple[Words, ...]:
    say = writing.say
    withheld = sum(tally.withheld for tally in said.tallies)
    if not said.is_safe:
        return (say("Verdict: refused. What is withheld can be worked out; not to be given out."),)
    if withheld:
        verdict = say(
            "Verdict: safe. For each withheld figure there is another table that agrees with all that is "
            "published and differs in it as far as the rules ask."
        )
    else:
        verdict = say("Verdict: safe. Nothing had to be withheld.")
    told: list[Words] = [verdict]
    if said.certificate:
        told.append(
            say(
                "Proof: the certificate, as confidential as the bank itself, SHA-256 {sum}; "
                "`dozor release verify-certificate {release}` checks it without a solver.",
                sum=said.certificate,
                release=writing.data.release,
            )
        )
    return tuple(told)
