"""What becomes of people where they arrive: groups arrive, hosted, live, permit, return."""

from .param import Param, fitted, guess, single

ARRIVE = {
    "claim_protection": guess(2.5, "log odds", 0.0, 5.0, "that those in need of protection claim asylum, at even odds"),
    "claim_other": fitted(0.5, "log odds", -3.0, 3.0, "that others claim asylum, at even odds of a status"),
    "claim_odds": guess(3.0, "log odds", 0.0, 8.0, "what certain recognition adds to that, against none"),
    "claim_welfare": guess(0.5, "log odds", 0.0, 3.0, "what good housing of applicants adds to that, against bad"),
}

HOSTED = {
    "decision_days": guess(
        180,
        "days",
        60,
        365,
        "between two looks at the future of those hosted or displaced: a step in time, no behaviour",
    ),
    "duration_dependence_solutions": guess(
        0.5, "log points", 0.0, 2.0, "how much rarer solutions become, per log of one plus the years"
    ),
    "duration_dependence_onward": fitted(
        0.5, "log points", 0.0, 3.0, "how much rarer moving on becomes, per log of one plus the years"
    ),
    "hope_of_return_years": guess(
        0.0,
        "years",
        0.0,
        8.0,
        "after which most of those who fled no longer hope to go home soon; UNHCR, September 2015, puts lost hope first of seven "
        "reasons why Syrians moved on to Europe; 0 where nobody waits for peace",
    ),
    "beta_origin_threat": guess(
        0.0,
        "log points per log point",
        0.0,
        2.0,
        "how much more often those who fled think of a life elsewhere, the more people flee from where they are from",
    ),
    "years_before": single(
        8.2,
        "years",
        0.5,
        20.0,
        "mean time in which those hosted or displaced at the start have been so; UNHCR, 2008 Global Trends: 5.7 of 10.5 "
        "million refugees for five years or more, which is the share above five of an exponential of this mean",
        "2008-12-31",
    ),
    "beta_welfare": fitted(1.0, "log points", 0.0, 4.0, "how much aid and rights to work keep people from moving on"),
    "welfare_aid": guess(0.5, "share", 0.0, 1.0, "of how the hosted live, that is aid; the rest is the right to work"),
    "welfare_usual": guess(0.5, "1", 0.0, 1.0, "aid and right to work, 0 to 1, that neither keep nor drive away"),
    "asc_apply": guess(3.0, "log points", 0.0, 10.0, "looking for a regular place against setting out without one"),
    "informal": guess(0.35, "share", 0.1, 0.7, "of the hosted, who find informal work whatever their rights"),
    "drawdown": guess(0.2, "share", 0.0, 1.0, "of savings that go into a half-year without work"),
}

LIVE = {
    "decision_days": guess(
        180, "days", 90, 365, "mean between two looks at a resident's life: a step in time, no behaviour"
    ),
    "work_days": guess(180, "days", 30, 730, "for which people keep what they live on, before they look for it again"),
    "jobs": guess(1.2, "log odds", -1.0, 3.0, "of formal work with full rights where nobody is unemployed"),
    "unemployment_jobs": guess(0.08, "log odds per percentage point", 0.0, 0.3, "what unemployment takes from it"),
    "skill_jobs": guess(0.25, "log odds per level", 0.0, 1.0, "what schooling adds to it"),
    "recruited_jobs": guess(2.0, "log odds", 0.0, 5.0, "what being recruited for a job adds to it"),
    "wait_scar": single(
        0.19,
        "log odds per year",
        0.15,
        0.25,
        "Hainmueller, Hangartner and Lawrence 2016: a year more of waiting takes 4 to 5 points of employment",
        "2016-08-03",
    ),
    "scar_years": guess(3.0, "years", 1.0, 10.0, "of waiting, after which more waiting takes no more employment"),
    "formal_share": guess(0.3, "share", 0.0, 0.8, "of the hosted, who find formal work where they may"),
    "own_share": guess(
        0.04, "share", 0.0, 0.2, "who work for themselves where they may, of those with basic schooling"
    ),
    "informal_share": guess(0.5, "share", 0.1, 0.9, "of residents without other work, who work informally"),
    "formal_pay": guess(0.7, "ratio", 0.4, 1.0, "pay of a migrant's formal work to the mean wage"),
    "skill_pay": guess(0.2, "ratio", 0.0, 0.6, "what a level of schooling adds to that pay"),
    "informal_pay": guess(0.4, "ratio", 0.2, 0.7, "pay of informal work to the mean wage"),
    "needs": guess(0.3, "ratio", 0.15, 0.6, "what living costs to the mean wage"),
    "secondary_movement_rate": fitted(
        0.5, "1/yr", 0.0, 4.0, "of those without a settled right, who think of another destination; guess"
    ),
    "repay_share": guess(0.6, "share", 0.1, 1.0, "of what is left after living, that repays debts first"),
    "remit_share": Param(
        0.12, "share of earnings", 0.05, 0.25, "assumption: remitted; from memory, to be checked", "guess", "2015-12-31"
    ),
    "remit_cost_elasticity": Param(
        -1.0,
        "elasticity",
        -1.3,
        -0.2,
        "IMF WP/22/218 and an experiment from Tonga: of amounts sent to what sending costs; used by a switch",
        "contested",
        "2022-11-11",
    ),
}

PERMIT = {
    "visit_days": Param(
        90,
        "days",
        30,
        90,
        "Regulation (EU) 2016/399, Schengen Borders Code, Article 6: a short stay is 90 days in any 180",
        "attested",
        "2016-03-09",
    ),
    "circular_days": guess(270, "days", 90, 365, "a seasonal permit"),
    "study_days": guess(1095, "days", 365, 2190, "a student's permit"),
    "work_days": guess(1460, "days", 365, 2190, "a first permit to work"),
    "renewal": guess(0.8, "probability", 0.3, 1.0, "that a permit is renewed for somebody with formal work"),
    "overstay": guess(-0.8, "log odds", -4.0, 2.0, "of staying on when a permit ends"),
    "portability": guess(1.5, "log odds", 0.0, 5.0, "what keeping all rights at home takes from that"),
}

RETURN = {
    "decision_days": guess(120, "days", 30, 365, "mean time from an order to leave to what follows"),
    "ordered": guess(0.8, "share", 0.3, 1.0, "of those refused for good, who are told to leave"),
    "willing": guess(-0.5, "log odds", -3.0, 2.0, "of going by oneself, of those who would else be taken"),
    "home_security": single(
        0.065,
        "log points per unit of the index",
        0.03,
        0.3,
        "Beaman, Onder and Onder 2021: return rises by 6 % per standard deviation of security, here about .9 of the index",
        "2021-06-01",
    ),
    "beta_voluntary_support": guess(
        0.3, "log odds", 0.0, 1.5, "of going by oneself, per log of support in thousand euros"
    ),
    "rate_regular": guess(
        0.03,
        "1/yr",
        0.0,
        0.15,
        "residents with a permit who go home; a third within five years leave, onward moves included",
    ),
    "rate_irregular": guess(0.06, "1/yr", 0.0, 0.3, "those without papers who go home"),
    "network": guess(0.2, "log points", 0.0, 1.0, "how much more often those without kin abroad go home"),
    "skill": guess(0.3, "log points per level", 0.0, 1.0, "how much more seldom those with more schooling go home"),
    "settling_days": guess(365, "days", 90, 730, "until it shows how coming back went"),
    "reintegration_logit": guess(
        -0.4,
        "log odds",
        -2.0,
        2.0,
        "of a footing after a voluntary return at a stability of 0; about .37 were reintegrated in a survey, from memory",
    ),
    "beta_reintegration_stability": guess(0.4, "log odds per unit", 0.0, 1.5, "what stability at home adds"),
    "beta_reintegration_support": guess(
        0.4, "log odds", 0.0, 1.5, "what support adds, per log of thousand euros, half of it if all is cash"
    ),
    "beta_reintegration_forced": guess(0.8, "log odds", 0.0, 2.0, "what being taken home takes away"),
    "beta_reintegration_debt": guess(0.3, "log odds per year of income", 0.0, 1.5, "what owing takes away"),
    "remigration_rate": guess(0.3, "probability/yr", 0.1, 0.8, "that somebody without a footing leaves again"),
}
