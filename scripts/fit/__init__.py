"""Fits the numbers by which the assistant decides, and writes them to assistant/deciding.json with their provenance."""
