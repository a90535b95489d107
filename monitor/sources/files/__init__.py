"""Kinds of file: what a file is by its first bytes, and how its rows are read as text."""
