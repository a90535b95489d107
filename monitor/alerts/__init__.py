"""Who is told what, and proof that it was told: decided purely, kept in the store's outbox, then delivered."""
