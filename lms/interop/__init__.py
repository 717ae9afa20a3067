"""Speaking with other systems: one package for each standard, none of which knows another."""
