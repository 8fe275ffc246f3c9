"""Whether policies help or undo each other: what is left of one's effect when another acts too."""


def coherence(without: float, alone: float, together: float) -> float:
    """What is left of a policy's effect beside another policy: 1 all of it, 0 none, below 0 the reverse, above 1 more than all.

    The number is of one measure in three worlds that share all draws. It says nothing where the policy alone does nothing.

    Parameters
    ----------
    without
        The measure in the world without either policy.
    alone
        With the one policy.
    together
        With both.

    Returns
    -------
    float
        (together - without) / (alone - without); NaN where the policy alone changes nothing.
    """
    effect = alone - without
    return (together - without) / effect if effect != 0.0 else float("nan")
