"""Dozor: a country's monitoring plan as a program."""

__version__ = "0.1.0"
