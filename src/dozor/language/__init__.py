"""Says things: the words, numbers and dates of a page, a document or a message, in the reader's language.

English stands in the code, Russian and Belarusian in ``ru/*.po`` and ``be/*.po`` beside this file, one
file per room; ``make setup`` compiles them into one catalogue that Django's pages, the documents and the
command line share.
"""

from dozor.language.catalogue import gettext, ngettext, npgettext
from dozor.language.messages import Said, say
from dozor.language.numbers import date_text, number, percent

__all__ = ["Said", "date_text", "gettext", "ngettext", "npgettext", "number", "percent", "say"]
