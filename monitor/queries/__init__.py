"""Answers to what people ask: rows, never sentences."""
