"""Building the store anew from the kept files, and putting it in the old one's place."""
