"""What an instructor decides about questions that learners meet: going live, retiring, returning.

It stands above attempts and quizzes, because these acts touch both.
"""
