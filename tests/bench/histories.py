"""The attempt machine of the tests for as long as the drill lasts, with longer histories."""

from tests.bench.rounds import Round, play
from tests.bench.tally import Tally
from tests.factories import machine

HISTORIES, STEPS = 10, 100
"""In one round."""


def drill(engine: str, seconds: float, seed: int) -> Tally:
    """Histories in both ways of saving; a step that differs from the model is trouble."""
    tally = Tally("histories", engine)

    def one(game: Round) -> None:
        by_writer = game.chance.random() < 0.5
        plan = machine.Plan(by_writer, HISTORIES, STEPS, game.chance.randrange(2**32))
        try:
            found = machine.walk(game.site, game.clinic, game.clock, plan)
        except AssertionError as error:
            tally.missing += 1
            notes = getattr(error, "__notes__", [])
            tally.complain("\n".join([f"{plan}: {error}", *notes]))
            return
        tally.acknowledged += found.acknowledged
        tally.steps += found.steps

    tally.rounds = play(engine, seconds, seed, one)
    return tally
