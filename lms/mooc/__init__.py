"""Open courses for every citizen: public catalogue, course page, free preview, enrollment in one press.

Nouns: OpenCourse (the public face of a course). Stands on courses and lessons; listens to CourseChanged.
"""
