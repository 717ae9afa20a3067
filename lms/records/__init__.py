"""Learning records: one append-only statement for every deed.

Nouns: Statement, StatementText, Deed. Events: StatementRecorded, ReplayStarted, ReplayEnded.
Stands on people; courses, lessons and everything that counts results stand on it.
"""
