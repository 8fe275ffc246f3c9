"""States, institutions, observation, contested effects: groups asylum, queue, state, accord, agency, observe, switch."""

from .param import Param, guess, single

ASYLUM = {
    "hire_months": guess(12, "months", 3, 36, "of work waiting, from which an office hires"),
    "caseworker_rate": Param(3.0, "decisions/working day", 2.5, 3.5, "BAMF 2016", "attested", "2016-12-31"),
    "working_days": guess(220, "days/yr", 200, 240, "working days of an office"),
    "staff_growth": guess(0.06, "1/month", 0.0, 0.3, "growth of staff while too much work is waiting"),
    "need": guess(
        0.5, "log odds", 0.0, 3.0, "how well an office tells those in need of protection from others of a nationality"
    ),
    "appeals": guess(0.5, "share", 0.1, 0.9, "of those refused, who appeal"),
    "appeal_days": guess(240, "days", 60, 720, "until an appeal is decided"),
    "upheld": guess(0.15, "share", 0.02, 0.4, "of appeals upheld at an even chance of recognition"),
    "order_days": guess(60, "days", 10, 365, "from a refusal for good to what follows"),
    "safe_origin": single(
        -1.2,
        "log odds",
        -3.0,
        0.0,
        "a nationality on a list of safe countries loses odds; applications fell by 29 % in a study of 2024",
        "2024-12-31",
    ),
    "first_country": guess(
        0.03, "share", 0.0, 0.2, "of claims after another state was entered, that are sent back to it"
    ),
    "reception_ratio": guess(
        1.5, "ratio", 0.5, 5.0, "places in reception to a year's decisions of the office at first"
    ),
}

QUEUE = {
    "patience_days": guess(730, "days", 180, 2000, "after which an application for a regular place lapses"),
    "departure_days": guess(7, "days", 0, 90, "from a permit or a place of resettlement to setting out"),
    "consulate_ratio": guess(
        1.5, "ratio", 1.0, 3.0, "visas that consulates can process to the places of the first year"
    ),
    "visa_fee": guess(80, "EUR", 30, 300, "a visa"),
    "recruitment_months": Param(
        4.0,
        "months of wages where the work is",
        1.0,
        15.0,
        "KNOMAD and ILO surveys of recruitment costs",
        "attested",
        "2016-12-31",
    ),
    "sponsorship": guess(0.02, "1/yr", 0.0, 0.2, "family members whom a resident with rights may bring"),
    "free_movement_gain": single(
        0.28, "log points", 0.1, 0.5, "CPB: free movement raises bilateral stocks", "2015-12-31"
    ),
}

STATE = {
    "transit": single(
        0.015,
        "index per exposure",
        0.005,
        0.025,
        "Steinmayr 2021: passing through raises the far right's votes",
        "2021-01-01",
    ),
    "contact": single(
        0.04, "index per exposure", 0.03, 0.05, "Steinmayr 2021: hosting with contact lowers them", "2021-01-01"
    ),
    "forget": guess(0.05, "1/month", 0.0, 0.3, "how fast opinion returns to where it was"),
    "lag": guess(9, "months", 1, 36, "until policy follows opinion"),
    "tighten": guess(10, "index per index", 0, 60, "restrictiveness that a unit of opinion brings"),
    "border": guess(0.3, "log points per index", 0.0, 1.0, "how much more is intercepted per unit of restrictiveness"),
    "places": guess(0.3, "log points per index", 0.0, 1.0, "how many fewer regular places per unit of it"),
    "decisions": guess(0.2, "log odds per index", 0.0, 1.0, "what a unit of it takes from the odds of recognition"),
    "work_rights": guess(0.3, "share", 0.0, 1.0, "how far applicants and those without papers may work in Europe"),
    "recognised_rights": guess(
        0.4,
        "share",
        0.0,
        0.9,
        "of the right to work that the wider definition of a refugee gives the hosted by law, that hosts let them use",
    ),
    "host_rights": guess(0.2, "share", 0.0, 1.0, "how far the hosted may work outside Europe"),
    "hosting_cost": guess(1500, "EUR/yr", 300, 10000, "what a state spends or loses on somebody hosted"),
    "cooperation_gain": guess(
        0.25, "probability", 0.0, 0.8, "interception that full cooperation of a coast's state adds"
    ),
    "domestic_cost": guess(200, "EUR mn/yr", 10, 5000, "what cooperating costs a government at home"),
    "leverage": guess(0.1, "share", 0.0, 1.0, "of what hosting costs a state, that it asks for on top"),
    "visa_value": guess(3000, "EUR", 500, 20000, "what a state takes a visa for one of its nationals to be worth"),
    "renege": single(
        0.02,
        "1/month",
        0.0,
        0.1,
        "that a bargain is broken; size assumed, Greenhill counts about half of coercions as successful",
        "2010-12-31",
    ),
    "welfare": guess(0.8, "share", 0.2, 1.0, "how well applicants are housed where reception is not full"),
    "spend_asylum": guess(10000, "EUR/yr", 5000, 20000, "what housing an applicant costs a state"),
    "spend_return": guess(4000, "EUR", 1000, 20000, "what a forced return costs"),
    "spend_stop": guess(3000, "EUR", 500, 20000, "what an interception costs"),
}

ACCORD = {
    "join": Param(
        1.5,
        "log odds",
        -2.0,
        4.0,
        "assumption: an accord that asks nothing of anybody; with `join_cost` so that a compact which asks little finds four "
        "states in five, as many as voted for the Global Compact for Migration (United Nations, 19 December 2018: 152 of 193)",
        "guess",
        "2018-12-19",
    ),
    "join_cost": Param(
        2.0,
        "log odds per unit of depth",
        0.0,
        8.0,
        "assumption: with `join` so that a convention which asks for rights that are watched finds a quarter of states, as the "
        "Migration for Employment Convention did (ILO, C97: 49 of 187 members)",
        "guess",
        "2017-12-31",
    ),
    "binding_cost": guess(0.5, "ratio", 0.0, 3.0, "by how much more an accord costs to join where it binds in law"),
    "stay": guess(2.0, "log odds", 0.0, 6.0, "by how much a member is likelier to stay than another state to join"),
    "restrictive": guess(0.5, "log odds per index", 0.0, 3.0, "what a unit of restrictiveness takes from joining"),
    "relief": guess(
        0.5,
        "log odds per log unit",
        0.0,
        3.0,
        "what joining gains where people come or are hosted and the accord relieves",
    ),
    "join_peers": guess(0.5, "log odds", 0.0, 4.0, "what joining gains where all others are members, against none"),
    "payment": guess(1.0, "log odds per % of output", 0.0, 10.0, "what a side payment to members adds to joining"),
    "comply": guess(0.5, "log odds", -3.0, 3.0, "effort of a member that nothing binds, watches or costs"),
    "comply_binding": guess(1.0, "log odds", 0.0, 4.0, "what law adds to the effort of members"),
    "comply_review": guess(
        2.0, "log odds", 0.0, 6.0, "what a review adds to the effort of members where courts and press are free"
    ),
    "comply_peers": guess(1.0, "log odds", 0.0, 4.0, "what the full effort of other members adds, against none"),
    "comply_cost": guess(2.0, "log odds per unit of depth", 0.0, 8.0, "what depth takes from the effort of members"),
    "learning": guess(0.1, "1/yr", 0.0, 0.5, "by which practice makes what an accord asks for cheaper, in full effort"),
    "adapt_months": guess(12, "months", 1, 60, "until effort follows what a state means to do"),
    "weight_of_venue": guess(
        0.5,
        "log points per index",
        0.0,
        3.0,
        "how much more the strict count in talks on security, and the open in talks on rights",
    ),
}

AGENCY = {
    "coverage": guess(
        0.6,
        "share",
        0.2,
        1.0,
        "of the needs of the hosted that UNHCR can meet at first; about what donors fund of its budget",
    ),
    "growth": guess(0.06, "1/yr", -0.05, 0.2, "growth of what donors give"),
    "resettled": guess(
        0.0008,
        "1/yr",
        0.0,
        0.02,
        "of those hosted at first, resettled to Europe in a year; UNHCR resettled some thousands",
    ),
    "assistance": guess(
        0.6,
        "share",
        0.2,
        1.0,
        "of those without a right to stay who go home by will, whom IOM reaches where its means suffice",
    ),
    "assisted_returns": Param(
        0.105,
        "1/return order",
        0.05,
        0.17,
        "IOM, Assisted Voluntary Return and Reintegration, 2015 Key Highlights: 69,540 people assisted, 55,851 of them from the "
        "EEA and Switzerland; Eurostat: 533,395 people ordered to leave the EU in 2015",
        "attested",
        "2015-12-31",
    ),
    "return_share": guess(0.2, "share", 0.05, 0.6, "of IOM's free funds, that it spends on assisted return"),
    "support": guess(1000, "EUR", 0, 5000, "support to somebody who returns with assistance"),
    "fair_recruitment": guess(0.0, "share", 0.0, 1.0, "by which ILO standards lower recruitment fees at first"),
    "fair_reach": guess(0.3, "share", 0.0, 1.0, "by which they do where all is monitored"),
    "host_aid": guess(0.3, "share", 0.0, 0.8, "of the needs of the hosted that hosts and families meet"),
}

OBSERVE = {
    "detected_sea": guess(0.95, "share", 0.8, 1.0, "arrivals by sea that are detected"),
    "detected_land": guess(0.75, "share", 0.4, 1.0, "irregular crossings of a land border that are detected"),
    "recorded_deaths": single(
        0.75, "share", 0.66, 0.85, "Zens and Sigman 2026: deaths recorded in the Central Mediterranean", "2026-01-01"
    ),
    "registration_lag": guess(1, "months", 0, 6, "from claim to registration in the statistics"),
}


def _switch(low: float, high: float, what: str) -> Param:
    return Param(0.0, "switch", low, high, f"contested, neutral by default: {what}", "contested", "2022-12-31")


SWITCH = {
    "within_country_hump": _switch(
        -1, 1, "1 lets means at home follow income over time, 0 keeps those of the first year"
    ),
    "rescue_pull": _switch(0, 1, "smugglers answer search and rescue with worse boats and lower prices"),
    "readmission_effect": _switch(0, 1, "readmission agreements raise returns by what WODC 2022 found"),
    "information": _switch(0, 1, "information campaigns move beliefs"),
    "enforcement_price": _switch(0, 1, "interception raises a smuggler's cost"),
    "remittance_flow": _switch(0, 1, "what sending costs changes how much is sent"),
    "camp_violence": _switch(0, 1, "armed groups in camps carry violence back home"),
    "diaspora_conflict": _switch(0, 1, "diasporas feed conflict at home"),
    "internal_migration": _switch(
        0, 1, "people move from the land into towns, and leave from there oftener and with more"
    ),
}
