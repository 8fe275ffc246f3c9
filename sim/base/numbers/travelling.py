"""What people believe, and what happens on the way: groups beliefs, move, cross, smuggler."""

from .param import fitted, guess, single

BELIEFS = {
    "news": guess(
        100, "attempts", 10, 1000, "a nationality's monthly attempts, arrivals or decisions at which news weighs half"
    ),
    "death_prob_overestimate": single(
        2.0, "ratio", 1.5, 5.0, "Bah and Batista: the risk of death is over-estimated; factor assumed", "2025-01-01"
    ),
    "recognition_prob_overestimate": single(
        0.15,
        "share",
        0.0,
        0.4,
        "Bah and Batista: the odds of legal stay are over-estimated; size assumed",
        "2025-01-01",
    ),
    "memory": guess(
        0.15, "1/month", 0.02, 0.5, "how fast news replaces what was believed, of those at home without kin abroad"
    ),
    "learning_speed_ties": guess(2.0, "ratio", 1.0, 5.0, "how much faster those with kin abroad hear"),
    "learning_speed_transit": guess(3.0, "ratio", 1.0, 6.0, "how much faster those hosted or on the way hear"),
    "edge_memory": guess(0.3, "1/month", 0.05, 1.0, "how fast travellers and smugglers learn what an edge is like"),
    "rationing_memory": guess(
        0.06,
        "1/month",
        0.02,
        1.0,
        "how fast travellers believe what they hear of how often seats are asked for in vain",
    ),
    "few_asked": guess(
        10000,
        "persons/week",
        100,
        100000,
        "who ask for a seat on an edge, whose luck weighs as much as that of all who ask on its passage; 20 simulated people at "
        "the scale of the fit",
    ),
    "well_known": guess(100000, "persons/month", 10000, 1000000, "recent users of a passage that everybody knows"),
    "beta_recent_arrivals": fitted(
        0.2,
        "log points",
        0.0,
        2.0,
        "pull of one more order of magnitude of people who arrived recently, in units of `news`",
    ),
    "spillover_other_nationalities": fitted(
        0.1,
        "share",
        0.0,
        1.0,
        "of those of other nationalities who made it, who count beside compatriots: word spreads",
    ),
}

MOVE = {
    "spread": guess(
        2.0,
        "1",
        0.2,
        5.0,
        "sharpness of the choice of the next edge in generalised cost: half a log point dearer, a third as many",
    ),
    "road_speed": guess(250, "km/day", 80, 600, "road and rail, stops included"),
    "foot_speed": guess(25, "km/day", 10, 40, "on foot"),
    "sea_speed": guess(200, "km/day", 80, 500, "boats"),
    "pause_days": guess(7, "days", 0, 60, "mean pause at a place on the way"),
    "stranded_days": guess(
        60, "days", 14, 180, "between looks of somebody on the way who cannot pay: a step in time, no behaviour"
    ),
    "settle_days": guess(
        360, "days", 14, 1800, "of waiting, after which somebody who cannot pay settles where they are"
    ),
}

CROSS = {
    "retry_days": guess(10, "days", 1, 30, "mean, between two tries for a seat"),
    "max_retries": guess(24, "count", 1, 200, "tries for a seat before somebody stays where they are"),
    "reroute_retries": guess(6, "count", 1, 30, "tries for a seat before somebody looks at other ways again"),
    "detention_days": guess(60, "days", 1, 365, "mean time held after interception"),
    "reattempt": guess(0.75, "probability", 0.3, 1.0, "intercepted people who try again"),
    "pushback_pause": guess(
        2, "ratio", 1, 10, "pause after being turned back to `move.pause_days`, the pause of who got through"
    ),
    "extortion": guess(
        0.1, "probability", 0.0, 0.5, "of having to pay officials or gangs on a smuggled edge, where stability is 0"
    ),
    "extortion_stability": guess(0.1, "probability per unit", 0.0, 0.3, "what a unit of stability takes from that"),
    "extorted_share": guess(0.3, "share", 0.05, 0.9, "of what somebody carries, that is taken"),
    "female_harm": guess(1.5, "ratio", 1.0, 4.0, "how much more often women are harmed on the way"),
    "pushback": guess(0.2, "share", 0.0, 1.0, "of those stopped, who are sent back at once"),
    "rescue_danger": guess(0.5, "share", 0.0, 1.0, "of danger that full search and rescue takes away"),
    "rescue_boats": guess(0.5, "share", 0.0, 1.0, "of that which worse boats bring back; by a switch"),
    "stability_interception": guess(
        0.4,
        "log points per unit",
        0.0,
        2.0,
        "how much more a coast's state stops, per unit of the stability index",
    ),
}

SMUGGLER = {
    "min_capacity_share": guess(
        0.2, "share", 0.0, 1.0, "of the seats at the start, that are offered however little is earned"
    ),
    "judge_weeks": guess(13, "weeks", 1, 26, "over which smugglers judge demand"),
    "boat_wait": guess(
        7, "days", 1, 30, "for which seats that nobody asked for are still offered: boats leave when full"
    ),
    "max_scarcity_ratio": guess(10, "ratio", 2, 50, "demand over seats beyond which the price rises no more"),
    "margin": fitted(0.11, "ratio", 0.1, 2.0, "mark-up over cost when demand equals seats"),
    "scarcity": guess(1.0, "exponent", 0.3, 2.0, "response of the price to demand over seats"),
    "capacity_growth_rate": fitted(
        0.3,
        "1/month",
        0.0,
        1.0,
        "growth of seats per unit of excess profit; Greek sea arrivals rose eightfold from April to August 2015",
    ),
    "capital_cost_threshold": guess(
        1000,
        "EUR",
        300,
        10000,
        "what carrying one costs, above which seats grow and shrink the slower the more it costs: dinghies are ordered by post, "
        "ships and crews for the open sea are not",
    ),
    "lawlessness": fitted(
        0.8,
        "log points per unit",
        0.0,
        1.0,
        "how much cheaper it is to work where the state is weak, per unit of the stability index",
    ),
}
