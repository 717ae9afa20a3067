"""The file origin: the only part of the store that knows HTTP. Nothing else here may import it."""
