"""What a page says of itself where its address is shown elsewhere: Open Graph's title, words, picture."""

from __future__ import annotations

import re
from html import escape, unescape

MOST = 300  # letters of a description; more is cut by whoever shows it
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">\s*')
_LEDE = re.compile(r'<p class="(?:lede|answer)">(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
# Open Graph names a language with its country
_LOCALES = {"ru": "ru_BY", "be": "be_BY", "en": "en_GB"}


def with_card(page: str, *, address: str, language: str, picture: str, site: str = "") -> str:
    """Write a page's card into its head.

    Parameters
    ----------
    page
        The finished page. Its own description stands; a page without one is described by its first
        paragraph, one without a paragraph by its title.
    address, picture
        From the root of the site.
    site
        Where the site stands, ``https://…``, without the last stroke. Cards ask for whole addresses: where it
        is not known they begin at the root, which some readers of cards do not follow.
    """
    title = _TITLE.search(page)
    if title is None:
        return page
    own = _DESCRIPTION.search(page)
    lede = _LEDE.search(page)
    told = _words(own[1] if own else lede[1] if lede else title[1])
    said = {
        "og:type": "website",
        "og:title": _words(title[1]),
        "og:description": told,
        "og:url": f"{site}{address}",
        "og:locale": _LOCALES[language],
        "og:image": f"{site}{picture}",
        "og:image:type": "image/png",
    }
    made = f'<meta name="description" content="{escape(told)}">\n'
    made += "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in said.items())
    if own:
        page = page.replace(own[0], "", 1)
    return page.replace(title[0], f"{title[0]}\n{made}", 1)


def _words(markup: str) -> str:
    told = " ".join(unescape(_TAG.sub(" ", markup)).split())
    return told if len(told) <= MOST else told[: MOST - 1].rsplit(" ", 1)[0] + "…"
