"""What a workspace is, and how it is configured."""
