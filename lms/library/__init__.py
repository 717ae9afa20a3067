"""Library: the site's only door to the content store, with its pages.

Nouns (all kept by the store): Item, Version, Collection, License. This room adds who may do what, signed addresses
and the words people read. Stands on people; lessons pin items through it.
"""
