"""Exports without a public format, read as [[column_map]] of monitor.toml describes them."""
