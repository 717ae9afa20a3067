"""The demo school: fills an empty site through the services, with content of its own (`content/`)."""
