"""Pure mappings from a version's metadata to the vocabularies that other libraries read."""
