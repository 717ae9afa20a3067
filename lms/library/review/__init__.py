"""Review: materials are looked at before a circle sees them."""
