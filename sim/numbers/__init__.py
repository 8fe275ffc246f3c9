"""The numbers of the model's behaviour, by theme; `mixflow.sim.params` joins them."""
