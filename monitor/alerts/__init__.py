"""Who is notified of what, and proof that it was delivered: decided purely, kept in an outbox, then sent."""
