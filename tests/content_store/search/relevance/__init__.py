"""The relevance set: records with meaning, questions as teachers type them, and how well each record answers each."""
