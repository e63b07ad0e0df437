"""The fixtures of phones, for this folder."""

from tests.phones import in_field

__all__ = ["in_field"]
