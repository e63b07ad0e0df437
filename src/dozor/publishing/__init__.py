"""Draws and prints: charts, the map, documents, the annual report."""
