"""Which returns are expected and what became of each, as of a day: one definition, in SQL."""
