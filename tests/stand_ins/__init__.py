"""Stand-ins for outside services, started on loopback for tests and local trials only."""
