"""Lessons: edited as drafts, taught as frozen revisions, learned one activity at a time.

Nouns: Lesson, Activity (drafts), Revision (immutable), RunLesson (which revision a run teaches, and when), Progress
and LessonProgress (projections of statements). Events: LessonPublished. Kinds of activity register in `kinds.py`; rooms
above add theirs there. Below: questions, courses, library, records.
"""
