"""Which mandatory GP data returns did not arrive, from whom, since when, and for what likely cause."""

__version__ = "0.4.0"
