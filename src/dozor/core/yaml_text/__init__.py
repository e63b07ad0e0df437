"""Reads text people write by hand (YAML) into checked values, and reports every fault with its line.

Plans, agencies and instruments are reviewed as text. PyYAML only splits the text into events here; codes,
numbers and dates stay as written ("2.10" is never 2.1) until the reader of a key asks for a kind.
"""

from dozor.core.yaml_text.blocks import Block, Place, Reading

__all__ = ["Block", "Place", "Reading"]
