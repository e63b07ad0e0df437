"""The proof that a release is safe: one whole-number table and differences from it.

Every difference added to the table gives another table that agrees with all that is published, rounding
included. Whoever may see the table can check each in time linear in its size, without a solver. The table
is the true one: the certificate is as confidential as the bank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dozor.core.disclosure.audience import Audience
from dozor.core.disclosure.auditing import Audit
from dozor.core.disclosure.cell import Cell, Status
from dozor.core.disclosure.knowledge import Edition, Knowledge, assemble
from dozor.core.disclosure.moving import Move, Room
from dozor.core.disclosure.structure import Structure
from dozor.core.disclosure.system import Bools
from dozor.core.findings import Finding

FORMAT = 1


@dataclass(frozen=True)
class Certificate:
    """A release's proof.

    Parameters
    ----------
    system
        SHA-256 of everything the attacker knows: it names the release the proof is about.
    table
        The true value of every quantity, in the order the system has them.
    differences
        Each as pairs (number of a quantity, change).
    witnesses
        Number of a hidden quantity → numbers of the differences, one or two, that move it far enough.
    salt
        Random, of no meaning: the file's checksum is published, and without it whoever guesses the few hidden
        numbers and runs the program could see by the checksum that the guess is right.
    """

    system: str
    table: tuple[int, ...]
    differences: tuple[tuple[tuple[int, int], ...], ...]
    witnesses: tuple[tuple[int, tuple[int, ...]], ...]
    salt: str = ""

    def as_mapping(self) -> dict[str, Any]:
        """Plain lists for a JSON file."""
        return {
            "format": FORMAT,
            "system": self.system,
            "table": list(self.table),
            "differences": [[list(pair) for pair in one] for one in self.differences],
            "witnesses": [[quantity, list(by)] for quantity, by in self.witnesses],
            "salt": self.salt,
        }

    @classmethod
    def from_mapping(cls, read: Mapping[str, Any]) -> Certificate:
        """Read what `as_mapping` wrote; ValueError when it is something else."""
        try:
            if read["format"] != FORMAT:
                raise ValueError(f"format {read['format']!r}")
            return cls(
                str(read["system"]),
                tuple(int(x) for x in read["table"]),
                tuple(tuple((int(q), int(by)) for q, by in one) for one in read["differences"]),
                tuple((int(q), tuple(int(d) for d in by)) for q, by in read["witnesses"]),
                str(read.get("salt", "")),
            )
        except (KeyError, TypeError) as wrong:
            raise ValueError(f"no certificate: {wrong}") from wrong


def certify(knowledge: Knowledge, hidden: Bools, audited: Audit) -> Certificate:
    """Write down the moves that the needs rest on, and no others."""
    witnesses = audited.witnesses
    chosen: dict[int, int] = {}
    found = []
    for quantity in sorted(set(audited.needs.quantity.tolist())):
        by = {int(witnesses.highest_by[quantity]), int(witnesses.lowest_by[quantity])} - {-1}
        found.append((quantity, tuple(chosen.setdefault(move, len(chosen)) for move in sorted(by))))
    moves = [witnesses.moves[move] for move in chosen]
    return Certificate(
        knowledge.system.digest(hidden),
        tuple(knowledge.system.truth.tolist()),
        tuple(tuple(zip(move.quantity.tolist(), move.change.tolist(), strict=True)) for move in moves),
        tuple(found),
    )


def verify_certificate(
    certificate: Certificate,
    cells: Sequence[Cell],
    statuses: Sequence[Status],
    *,
    audience: Audience,
    structure: Structure,
    earlier: Sequence[Edition] = (),
) -> tuple[Finding, ...]:
    """Check a release's proof; an empty answer is a proof that holds.

    Linear in the size of the release and of the certificate; no solver. Everything is derived again from
    the cells and statuses: of the certificate only the differences are used.
    """
    knowledge = assemble(cells, audience=audience, structure=structure, earlier=earlier)
    hidden = np.array([status.is_hidden for status in statuses], dtype=np.bool_)
    return check(certificate, knowledge, hidden)


def check(certificate: Certificate, knowledge: Knowledge, hidden: Bools) -> tuple[Finding, ...]:
    system = knowledge.system
    if certificate.system != system.digest(hidden):
        return (Finding("DIS-CERTIFICATE-OTHER", found=certificate.system[:12]),)
    if list(certificate.table) != system.truth.tolist():
        return (Finding("DIS-CERTIFICATE-TABLE"),)
    findings = []
    for index, cell in enumerate(knowledge.cells):
        if knowledge.sensitivities[index] is not None and not hidden[index]:
            findings.append(Finding("DIS-SHOWN", found=cell.id))
    room = Room(system, hidden)
    changes: list[dict[int, int]] = []
    for number, pairs in enumerate(certificate.differences):
        changes.append(dict(pairs))
        at = np.array([q for q, _ in pairs], np.int64)
        by = np.array([change for _, change in pairs], np.int64)
        is_inside = len(changes[-1]) == len(pairs) and bool(((at >= 0) & (at < len(system.truth))).all())
        if not is_inside or not room.allows(Move(at, by)):
            findings.append(Finding("DIS-CERTIFICATE-DIFFERENCE", found=str(number + 1)))
            changes[-1] = {}
    by_quantity = dict(certificate.witnesses)
    needs = knowledge.needs(hidden)
    moved = np.zeros((2, len(needs)), np.int64)
    for index, quantity in enumerate(needs.quantity.tolist()):
        for number in by_quantity.get(quantity, ()):
            change = changes[number].get(quantity, 0) if 0 <= number < len(changes) else 0
            moved[0, index] = min(moved[0, index], change)
            moved[1, index] = max(moved[1, index], change)
    for index in np.flatnonzero(~needs.are_met(system.truth, moved[0], moved[1])).tolist():
        findings.append(Finding("DIS-CERTIFICATE-NEED", found=system.names[int(needs.quantity[index])]))
    return tuple(findings)
