"""From a dropped file to rows of text in canonical columns. Nothing is typed or judged here."""
