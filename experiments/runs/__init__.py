"""One run and many: config, identity, provenance, checkpoints, sweeps, and the catalogue of what was run."""
