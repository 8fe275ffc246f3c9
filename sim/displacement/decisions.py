"""One constant per decision point of flight; they are apart from those of `mixflow.sim.base.decisions`."""

ORIGIN = 101  # where somebody who flees comes from
GOAL = 102  # which camp somebody makes for
HOME = 103  # who goes home from a camp
STAY = 104  # the peer's rules: how many days somebody stays in a place
TURN = 105  # the peer's rules: which link somebody takes
WALK = 106  # the peer's rules: whether somebody goes on foot today
FLEEING = 107  # how many flee on a day where no totals say so
