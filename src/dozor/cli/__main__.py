"""``python -m dozor.cli`` is ``dozor``."""

from dozor.cli import main

main()
