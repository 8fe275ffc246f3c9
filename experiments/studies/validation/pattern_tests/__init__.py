"""The patterns T1 to T14 that can falsify the model: for each, small experiments, what they give, and a verdict."""
