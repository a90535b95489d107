"""From recognised files to typed rows in the store, every row accounted for."""
