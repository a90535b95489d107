"""The same question answered by other tools: list every missed return, keep the list, say what changed since."""
