"""One person as a manager may see them: facts and topics, never answers.

What the learner's own pages say of courses is read here for all courses at once.
"""




CERTAIN = 3
