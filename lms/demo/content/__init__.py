"""Original demo content: courses, library items and people, as plain data and pure generators.

Nouns: DemoCourse, DemoItem, DemoPerson. No event. It imports no other room, so that the content can be
read, tested and rewritten by someone who knows nothing of the LMS; `lms.demo` loads it through services.
"""
