"""A learner's way through a course: outline, lesson reader, what is complete."""
