"""Library: the only door of the site to the content store."""
