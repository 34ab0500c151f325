"""What grading asks for: notes before publishing, corrections of marks, reports and answers."""
