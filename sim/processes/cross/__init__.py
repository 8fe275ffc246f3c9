"""Death, interception, pushback, extortion or arrival at the end of an edge."""
