"""What people do about workshops."""
