"""The rules of the trade in pure Python: time, randomness and the actor are arguments."""
