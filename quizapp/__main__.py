"""python -m quizapp"""  # noqa: D400 - a command line

from quizapp.cli import main

main()
