"""A folder to carry into a closed network: every wheel that the program needs, in the versions it was tested with."""
