"""What a run is given: tables of the world, its route graph compiled, zones, and who may ask for which place."""
