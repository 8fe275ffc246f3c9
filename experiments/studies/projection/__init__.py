"""What would be recorded if named inputs hold: levels from the record by a rule, responses to inputs from the model."""
