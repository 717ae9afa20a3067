"""The ground floor: configuration, database, web edge, jobs, mail, languages. No word of education in it.

Nouns: Settings, Actor, Job, AuditEntry. Events: none of its own; it carries those of the rooms above.
"""
