"""Answers as they come in: what a form allows, what must not be kept, how a record is checked."""
