"""One constant per decision point: it names the stream of draws that the decision uses, and nothing else may use it."""

LEAVE = 1  # when the next of a home group begins to intend
TRAITS = 2  # who a leaver is: sex, age, skill, wealth, motives, attitude
DIRECTION = 3  # inside, neighbour, far by which nest
DESTINATION = 4  # which country, within the nest
EDGE = 5  # the next edge
SEAT = 6  # the order in which seats are given
DEATH = 7
INTERCEPTION = 8
DETENTION = 9  # how long, and what then
ONWARD = 10  # those hosted or displaced reconsider
QUEUE = 11  # the order in which regular places are given
RECOGNITION = 12
DECISION_DAY = 13
RETURN = 14
WAIT = 15  # how many days until the next look
INITIAL = 17  # who the people are that are on the way when the run starts
CLAIM = 18
COUNT = 19  # how many decisions there are, for arrays of streams
