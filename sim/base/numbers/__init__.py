"""The numbers of the model's behaviour, by theme; `mixflow.sim.base.params` joins them."""
