"""How long the product takes and how much memory it needs, beside plain baselines on the same data."""
