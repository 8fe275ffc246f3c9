"""What the dashboard's pages say, and its limits, so that both can be read in one place."""

from collections.abc import Mapping

LETTERS = "ABC"
MOST_SIDES = 3
MOST_CARDS = 20
MOST_SEEDS = 100
"""Pairs of worlds that a page may ask for; the command line takes more."""

LIVE_SCALES: Mapping[str, float] = {"toy": 1.0, "mediterranean": 0.002}
"""Scales at which a frame of a living world stays quick."""

MOST_LIVE: Mapping[str, float] = {"toy": 1.0, "mediterranean": 0.02}
"""Largest scales of a living world: beyond them it would take the memory that comparisons need."""

TITLE = "mixflow"
MOTTO = (
    "A counterfactual laboratory, not a forecaster: compare worlds that differ in one thing. No number here predicts."
)

DOORS: Mapping[str, tuple[str, str]] = {
    "/learn": ("Learn", "Five guided minutes on a small invented world; then what every lever and indicator means."),
    "/explore": ("Explore", "Watch people move on the map of a living world, day by day, or look at a finished run."),
    "/compare": ("Compare", "Stack policies, set doses and dates, and read what differs, with its range."),
    "/saved": ("Saved", "Studies of this folder: open, name, share as a file, export. Open a file of somebody else."),
    "/case": ("Case", "Run a case of flight from conflict to camps from a folder in a zip file."),
}

CAN_SPEAK = (
    "Every answer says first whether the model can speak to the question: how near the base is to the record for those whom a "
    "policy touches, and which tested patterns bear on it. Where it is blind, effects are withheld. The toy world is invented."
)

QUESTIONS: Mapping[int, tuple[str, str]] = {
    3: (
        "What if destinations gave twice as many work visas?",
        "Places used, irregular entries, deadweight, remittances, cost.",
    ),
    4: ("What did Mare Nostrum do?", "The Central Mediterranean with and without it: crossings, deaths, other routes."),
    5: (
        "What if states shared applicants by a key?",
        "Who is moved, load by head and by GDP, against voluntary relocation.",
    ),
    6: ("What if returns were faster?", "Orders, returns, who leaves again, forced against assisted."),
    7: ("What if a border closed after a notice?", "The rush before, the flow after, and where people go instead."),
}
"""Ready questions: the number of an example, the question, and what its answer tells."""

STEPS: tuple[tuple[str, str, str], ...] = (
    (
        "/explore?scenario=toy&guide=1",
        "See a world move",
        "This is an invented world of three countries of origin, two of transit and three of destination. Press Run. Lines are "
        "people who pass; wider means more. Press Pause whenever you like.",
    ),
    (
        "/explore?scenario=toy&guide=2",
        "Ask who moves",
        "Press Run again and choose a nationality under Origin, or colour lines by channel. Squares are camps, circles are people "
        "who wait on the way. Point at a place, or move to it with the Tab key, to read its numbers.",
    ),
    (
        "/compare?example=1&guide=3",
        "Compare two worlds",
        "The base has no policy. Alternative A adds humanitarian visas. Press Run: both worlds are simulated several times, each "
        "pair with the same luck, so that what differs is the policy.",
    ),
    (
        "/compare?example=1&guide=4",
        "Read the effect with its range",
        "Read the answer from left to right: the difference, its range of 95 per cent, and whether chance alone could have made "
        "it. Deadweight says how many would not have moved irregularly anyway.",
    ),
    (
        "/compare?example=2&guide=5",
        "Change the dose",
        "A has half of a dose of labour visas, B the whole, C the visas of before. Press Run and read them side by side: what "
        "grows with the dose, and what may be chance? The command below the button does the same in a terminal. That is all.",
    ),
)
"""Address, title and text of each step of the first five minutes."""

STATES: Mapping[str, str] = {
    "new": "Not run yet.",
    "waiting": "Waiting for its turn.",
    "running": "Running.",
    "done": "Done.",
    "failed": "It failed.",
    "cancelled": "Cancelled. What is done is kept; Run goes on from there.",
    "stopped": "It was interrupted. What is done is kept; Run goes on from there.",
}

BEGIN = (
    "Add a policy to Alternative A on the left, and press Run. Each world is simulated several times; worlds with the same number "
    "share their luck, so that what differs between them is the policy."
)

DOSE = (
    "How much of the policy, from 0 (none) to 1 (as its file says). A dose of 0.5 is half of the effect on each lever."
)
SEEDS = "How many pairs of worlds are run. Each pair shares its luck. More pairs, narrower range; 2 is the least that has a range."
SCALE = "The share of people who are simulated: 0.02 means that one simulated person stands for 50. Smaller is faster and rougher."
ROBUST = (
    "Repeat the answer under the other setting of each effect that the evidence is divided about. Takes many more runs."
)

COLOURS: Mapping[str, Mapping[str, str]] = {
    "channel": {"irregular": "#d55e00", "permit": "#0072b2", "nearby": "#6b7280"},
    "need": {"convention": "#d55e00", "subsidiary": "#cc79a7", "survival": "#e69f00", "none": "#0072b2"},
}
"""Okabe and Ito's colours; lines of different kinds also lie beside one another and have names."""

GROUPS: Mapping[str, str] = {
    "irregular": "without papers",
    "permit": "with a permit",
    "nearby": "to neighbouring countries",
    "convention": "Convention refugees",
    "subsidiary": "in need of subsidiary protection",
    "survival": "survival migrants",
    "none": "without need of protection",
}

MARKS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "camp": ("in camps", ("camp",)),
    "waiting": ("waiting on the way", ("waiting",)),
    "detained": ("detained", ("detained",)),
    "hosted": ("with hosts", ("hosted",)),
    "claims": ("claims or appeals open", ("asylum_pending", "appealing")),
}
"""People who are counted at places: key, words, statuses."""

SERIES: Mapping[str, tuple[str, str]] = {
    "irregular": ("Irregular arrivals in destinations", "persons in the last 30 days"),
    "legal": ("Legal arrivals in destinations", "persons in the last 30 days"),
    "deaths": ("Deaths on the way", "persons in the last 30 days"),
    "camp": ("People in camps", "persons"),
    "waiting": ("People who wait on the way", "persons"),
    "claims": ("Open claims and appeals", "persons"),
}

MISSING = (
    "the dashboard needs the extra 'dashboard', which is not installed: pip install 'mixflow[dashboard]', "
    "or in a checkout pip install -e '.[dashboard]'."
)
MESA_MISSING = (
    "Mesa's SolaraViz needs the extra 'mesa-viz', which is not installed: pip install 'mixflow[mesa-viz]', "
    "or in a checkout pip install -e '.[mesa-viz]'. The dashboard itself does not need it."
)
