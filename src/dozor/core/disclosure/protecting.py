"""Decides what of a release is shown: hides what is sensitive and what would give it away, with a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from dozor.core.disclosure.audience import Audience
from dozor.core.disclosure.auditing import Audit, audit
from dozor.core.disclosure.cell import Cell, Status
from dozor.core.disclosure.certificate import Certificate, certify
from dozor.core.disclosure.knowledge import Edition, Knowledge, assemble
from dozor.core.disclosure.primary import Reason
from dozor.core.disclosure.repairing import repair
from dozor.core.disclosure.showing import shown_value
from dozor.core.disclosure.structure import Structure
from dozor.core.disclosure.system import Bools


@dataclass(frozen=True)
class Protected:
    """One cell as an audience gets it: `shown` is None when it is hidden.

    `reason` says why a primary cell is sensitive; like the difference between primary and secondary it
    stays inside.
    """

    cell: Cell
    status: Status
    shown: Decimal | None
    reason: Reason | None = None


@dataclass(frozen=True)
class Protection:
    """A release decided on, with its proof.

    Parameters
    ----------
    cells
        In the order they were given.
    certificate
        None when a hidden quantity is exposed or unproven: the release is refused, `audit.culprits` says
        which and why.
    set_aside
        Relations that do not hold of the true table; see `Knowledge.set_aside`.
    already_public
        Ids of cells that are sensitive and whose number an earlier release or another source has printed:
        hidden here all the same, but nothing can be proven of them any more.
    """

    audience: Audience
    cells: tuple[Protected, ...]
    audit: Audit
    certificate: Certificate | None
    set_aside: tuple[tuple[str, ...], ...]
    already_public: tuple[str, ...] = ()

    @property
    def is_safe(self) -> bool:
        return self.certificate is not None

    def edition(self, name: str) -> Edition:
        """What later releases have to reckon with."""
        return Edition(
            name, tuple(p.cell for p in self.cells), tuple(p.status for p in self.cells), self.audience
        )


def protect(
    cells: Sequence[Cell],
    *,
    audience: Audience,
    structure: Structure,
    earlier: Sequence[Edition] = (),
    rng: np.random.Generator,
) -> Protection:
    """Decide for every cell of a release whether it is shown, and prove that the hidden ones stay hidden.

    Parameters
    ----------
    cells
        Everything the release is about, true values, hidden or not.
    earlier
        Every release its readers have in hand (`Audience.reads`), oldest first, whatever its year.
    rng
        Orders the search; the same seed gives the same release.

    Raises
    ------
    Refused
        ``DIS-CELL-TWICE``, ``DIS-TWO-VALUES``.
    """
    knowledge = assemble(cells, audience=audience, structure=structure, earlier=earlier)
    hidden, audited = repair(knowledge, knowledge.primary(), rng=rng)
    return _protection(audience, knowledge, hidden, audited)


def audit_statuses(
    cells: Sequence[Cell],
    statuses: Sequence[Status],
    *,
    audience: Audience,
    structure: Structure,
    earlier: Sequence[Edition] = (),
    rng: np.random.Generator,
) -> Protection:
    """Attack a release whose statuses are given; nothing is changed. See `protect`."""
    knowledge = assemble(cells, audience=audience, structure=structure, earlier=earlier)
    hidden = np.array([status.is_hidden for status in statuses], dtype=np.bool_)
    return _protection(audience, knowledge, hidden, audit(knowledge, hidden, rng=rng))


def _protection(audience: Audience, knowledge: Knowledge, hidden: Bools, audited: Audit) -> Protection:
    found = []
    for index, cell in enumerate(knowledge.cells):
        sensitive = knowledge.sensitivities[index]
        if cell.is_published:
            found.append(Protected(cell, Status.PUBLISHED_ELSEWHERE, shown_value(cell, None)))
        elif hidden[index]:
            status = Status.PRIMARY if sensitive else Status.SECONDARY
            found.append(Protected(cell, status, None, sensitive.reason if sensitive else None))
        else:
            found.append(Protected(cell, Status.PUBLISHED, shown_value(cell, knowledge.rules[index])))
    certificate = certify(knowledge, hidden, audited) if audited.is_safe else None
    known = tuple(
        cell.id
        for cell, sensitive, quantity in zip(
            knowledge.cells, knowledge.sensitivities, knowledge.quantity_of, strict=True
        )
        if sensitive is not None and quantity >= 0 and knowledge.known[quantity]
    )
    return Protection(audience, tuple(found), audited, certificate, knowledge.set_aside, known)
