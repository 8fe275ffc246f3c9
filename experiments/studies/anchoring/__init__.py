"""Anchors: constants of origins, destinations and corridors, and the openness of corridors, found from a scenario's record."""
