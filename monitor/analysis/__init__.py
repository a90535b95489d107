"""Control charts, and what came before, during and after collective action."""
