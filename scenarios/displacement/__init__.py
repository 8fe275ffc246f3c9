"""Displacement cases: directories of places, links, conflicts and registrations, read into one frozen Case."""
