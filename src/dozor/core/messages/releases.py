"""Messages about releases."""

from __future__ import annotations

from dozor.core.messages.wording import Wording

WORDINGS: dict[str, Wording] = {
    "REL-UNKNOWN": Wording(
        "there is no release “{found}”.", "one of: {known}", "See the list with `dozor release list`."
    ),
    "REL-AUDIENCE": Wording(
        "“{found}” is no audience.", "one of: {known}", "Correct the code of the audience."
    ),
    "REL-EMPTY": Wording(
        "the bank has no value up to {found}.",
        "at least one value",
        "Load or accept values first; then create the release.",
    ),
    "REL-NOTE": Wording(
        "version {found} of a release says nothing of what changed.",
        "what changed since the version before, and why",
        "Give --note with one or two sentences for the readers.",
    ),
    "REL-REFUSED": Wording(
        "the release {found} can be opened or is not proven: {unproven} cells.",
        "a release whose certificate holds",
        "Nobody can publish it. Create the release again after the bank or the rules have changed.",
    ),
    "REL-PUBLISHED": Wording(
        "the release {found} is published.",
        "a release that is not published yet",
        "A correction is a new release: `dozor release create`.",
    ),
    "REL-OWN": Wording(
        "{person} created the release {found}.",
        "an approval by somebody else",
        "Ask another person who may approve releases.",
    ),
    "REL-TWICE": Wording(
        "{found} has approved the release {release} already.", "two different people", "Ask another person."
    ),
    "REL-APPROVALS": Wording(
        "the release {release} has {found} approvals.",
        "{needed} approvals by people who did not create it",
        "Have it approved on the page “Releases”, or record each decision: "
        "`dozor release approve {release} --person LOGIN`.",
    ),
    "REL-PERSON": Wording(
        "“{found}” may not approve releases.",
        "the login of a person with that right: {known}",
        "Name another person, or give the right to this one.",
    ),
    "REL-STALE": Wording(
        "{other} was published after the release {found} had been audited.",
        "an audit that knows everything published",
        "Create the release again.",
    ),
    "REL-OTHERS": Wording(
        "whoever reads {other} too would find out in {found} what was hidden there: {quantities}.",
        "numbers that stay hidden from those who read several releases",
        "Publish for everyone first and for narrower audiences after. Here, hold back the figures named.",
    ),
    "REL-FILE": Wording(
        "the file {found} is not what was written.",
        "the bytes whose checksum the journal seals",
        "Restore the folder of releases from a backup; `dozor verify` shows what else was touched.",
    ),
    "REL-REPORT": Wording(
        "the report of {found} does not come out as it was kept: {kept} then, {made} now.",
        "the same bytes under the same version",
        "Use the kept report; find out what differs on this machine (fonts, libraries).",
    ),
    "REL-NOT-PUBLISHED": Wording(
        "the release {found} is not published.",
        "a published release",
        "Have it approved and published first: `dozor release publish {found}`.",
    ),
    "REL-FOLDER": Wording(
        "the folder {found} holds something that is no site of ours.",
        "a new or empty folder, or an earlier site",
        "Name another folder.",
    ),
    "REL-NONE": Wording(
        "no release for {found} is published.",
        "a published release",
        "Create, approve and publish one: `dozor release create --year Y`.",
    ),
}
