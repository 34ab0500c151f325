"""question_bank/ as files: YAML and Markdown into models, with the line of every mistake.

What is found is loaded into the database by the feature `content_sync`.
"""
