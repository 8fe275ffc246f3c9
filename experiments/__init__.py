"""Many runs and what people look at: run, show, figures, bench. The only room that imports Hydra."""
