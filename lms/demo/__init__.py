"""The demo: a small invented world, built through the services as its own people would."""
