"""The report site: pages, charts and tables. Nothing here decides a status."""
