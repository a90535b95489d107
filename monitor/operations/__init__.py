"""What keeps a workspace sound: building the store anew."""
