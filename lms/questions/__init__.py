"""Questions: one assessment item at a time, versioned in a course's bank, graded by pure code.

Nouns: QuestionBank, Question, QuestionVersion. Values: QuestionSpec (what is asked), Response (what was answered),
Mark (how good it was). Below: courses, library. Above: lessons and quizzes, which draw on the same grading.
"""
