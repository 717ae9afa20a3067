"""OAI-PMH: other libraries harvest this one, and this one harvests them."""
