"""OAI-PMH 2.0 (open archives, protocol for metadata harvesting): what others ask of us, and what we ask of others.

Pure protocol over a session: `provider.answer` turns arguments into a document, `client` reads one. No web here.
"""
