"""What may be published: hides what would expose people, attacks the rest, and proves the outcome.

>>> # protect(cells, audience=…, structure=…, earlier=…, rng=…) → Protection
"""

from dozor.core.disclosure.audience import Audience, Audiences, Rule, read_audiences
from dozor.core.disclosure.auditing import Attacked, Audit, Verdict
from dozor.core.disclosure.cell import About, Cell, Kind, Status
from dozor.core.disclosure.certificate import Certificate, verify_certificate
from dozor.core.disclosure.declared import Declared, Quotient, declared_relations
from dozor.core.disclosure.joining import Undivided, join_quotients
from dozor.core.disclosure.knowledge import Edition
from dozor.core.disclosure.primary import Reason
from dozor.core.disclosure.protecting import Protected, Protection, audit_statuses, protect
from dozor.core.disclosure.structure import Division, Structure, divisions_of_areas, spans_of_ages

__all__ = [
    "About",
    "Attacked",
    "Audience",
    "Audiences",
    "Audit",
    "Cell",
    "Certificate",
    "Declared",
    "Division",
    "Edition",
    "Kind",
    "Protected",
    "Protection",
    "Quotient",
    "Reason",
    "Rule",
    "Status",
    "Structure",
    "Undivided",
    "Verdict",
    "audit_statuses",
    "declared_relations",
    "divisions_of_areas",
    "join_quotients",
    "protect",
    "read_audiences",
    "spans_of_ages",
    "verify_certificate",
]
