"""Courses: the design (course, unit) and its delivery to people (run, enrollment).

Nouns: Course, Unit, Run, RunClass, Enrollment. Events: CourseChanged, RunCreated, LearnerEnrolled.
Stands on orgs, people and the library; lessons and the open catalogue stand on it.
"""
