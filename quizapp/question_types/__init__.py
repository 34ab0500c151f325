"""One folder per question type: content, grading, form, templates. The plug-ins."""
