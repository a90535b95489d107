"""Is everything well, was anything altered, and the store built anew."""
