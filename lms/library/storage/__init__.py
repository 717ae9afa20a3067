"""Storage: how much room materials take, and whether their files are whole."""
