"""What happens when something happened: each event's handlers, in order."""

from quizapp.infrastructure.context import Subscriptions

SUBSCRIPTIONS: Subscriptions = {}
