"""The patterns that can falsify the model, by name: what each says. Read before anything is run."""

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    "T1": "closing a route diverts a part of its flow, and how much depends on what else is within reach",
    "T2": "an announced closure first raises the flow, then cuts it within about a month",
    "T3": "more legal pathways lower irregular flows modestly, and only under conditions",
    "T4": "refusals push people to irregularity",
    "T5": "hunting smugglers raises the price; blocking demand lowers it",
    "T6": "emigration rises with income up to a point, then falls",
    "T7": "most people stay near",
    "T8": "deaths per arrival rise as interception rises",
    "T9": "without sharing few states carry most; voluntary relocation moves a third or less",
    "T10": "return rates are bimodal by nationality",
    "T11": "asylum waiting follows backlog and staff",
    "T12": "conditions at home drive return, misery in the host country does not",
    "T13": "true information can raise intentions or lower them",
    "T14": "visible transit and lasting contact move opinion in opposite directions",
}
"""What each pattern says, in a line."""
