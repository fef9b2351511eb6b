"""Weights as values: named filters, edits, undo, files."""
