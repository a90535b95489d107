"""Files as NHS England and others publish them, one module a publication."""
