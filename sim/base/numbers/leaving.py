"""Who leaves, who they are, and what they choose: groups leave, traits, choose."""

from .param import Param, fitted, guess, single

MOTIVES = (
    (200.0, 150.0, 90.0, 20.0, 90.0, 110.0, 20.0),  # flight
    (30.0, 20.0, 200.0, 90.0, 90.0, 110.0, 20.0),  # hardship
    (30.0, 20.0, 90.0, 20.0, 200.0, 110.0, 70.0),  # aspiration
)
"""The most that each `Motive` weighs, 0 to 255, by `DepartureType`. Assumption: what sets somebody in
motion leads, and others are mixed in. They describe people (`MigrationModel.motives`) and decide nothing."""

LEAVE = {
    "fragility_mid": guess(
        80,
        "index",
        60,
        110,
        "fragility at which half of the hardship hazard is felt: the fund's level of high warning",
    ),
    "fragility_width": guess(8, "index", 2, 20, "width of that passage"),
    "gap_usual": guess(
        2,
        "log points",
        0.5,
        3.0,
        "log ratio of wages abroad to wages at home at which the share who prepare is the surveyed one",
    ),
    "abroad_ratio": fitted(
        0.5, "ratio", 0.1, 1.5, "people who flee and are not in counts of internal displacement, per counted one"
    ),
    "persecution_rate": fitted(0.02, "1/yr", 0.0, 0.03, "hazard at fragility 100 where every claim is recognised"),
    "disaster_share": guess(
        0.02, "share", 0.0, 0.1, "of those displaced by disasters, who look for another life elsewhere"
    ),
    "hardship_rate": fitted(0.0006, "1/yr", 0.0, 0.004, "hazard of leaving for lost livelihoods in a fragile state"),
    "prepare_share": Param(
        0.004,
        "share of adults/yr",
        0.003,
        0.005,
        "Gallup World Poll 2010-15: adults preparing to migrate",
        "attested",
        "2015-12-31",
    ),
    "adult_share": guess(
        0.55, "share", 0.4, 0.7, "adults in the population of origin countries, about what UN DESA gives for 2010"
    ),
    "network_ratio": Param(
        2.7,
        "ratio",
        2.0,
        3.0,
        "Gallup: desire to migrate 30 % with a network abroad, 11 % without",
        "single study",
        "2010-12-31",
    ),
    "network_half": guess(
        0.03, "share", 0.005, 0.1, "emigrants per head of home population at which half of the people know one"
    ),
    "tie_years": guess(
        3.0,
        "years",
        0.0,
        10.0,
        "mean time until somebody who came is a tie that others follow; studies of networks take stocks of years before",
    ),
    "income_gap": guess(
        0.6, "log points", 0.0, 1.5, "slope of aspiration in the log ratio of wages abroad to wages at home"
    ),
    "give_up_days": guess(450, "days", 30, 1800, "of saving, after which somebody who cannot pay gives up"),
    "decision_days": guess(
        90, "days", 30, 365, "between two looks at the decision, of those who save: a step in time, no behaviour"
    ),
    "prepare_days": guess(60, "days", 7, 365, "mean time of getting ready, of those who are not fleeing"),
    "beta_anticipation": guess(
        1.0, "1", 0.0, 5.0, "how much the fear of a door that closes hurries people, per log point of what is lost"
    ),
    "anticipation_days": guess(60, "days", 14, 180, "before an announced closure, in which people hurry"),
    "livelihood_aid": guess(
        0.05, "log points", 0.0, 0.5, "what a doubling of aid to livelihoods, from 1 EUR a head, takes from hardship"
    ),
    "remittance_invested": guess(
        0.3, "log points", 0.0, 2.0, "what remittances invested at home take from hardship, per share of income"
    ),
    "urban_aspiration_ratio": guess(
        1.5,
        "ratio",
        1.0,
        3.0,
        "how much more often people in towns begin to aspire than people of the land; by a switch",
    ),
    "elasticity_urbanisation": guess(
        0.5,
        "elasticity",
        0.0,
        2.0,
        "of moves into towns in a policy's factor on lost livelihoods; by a switch",
    ),
    "camp_violence": guess(
        0.5, "log points", 0.0, 3.0, "what camps as large as a tenth of the people at home add to flight; by a switch"
    ),
    "diaspora_conflict": guess(
        0.5,
        "log points",
        0.0,
        3.0,
        "what a diaspora as large as a tenth of the people at home adds to flight; by a switch",
    ),
}

TRAITS = {
    "male_flight": guess(
        0.5,
        "share",
        0.4,
        0.9,
        "men among those who flee; 82 % among arrivals of 2015-16 are men, but fewer among all who flee",
    ),
    "male_other": guess(0.7, "share", 0.5, 0.95, "men among those who leave for other reasons"),
    "child_flight": guess(
        0.40, "share", 0.2, 0.6, "under 18 among those who flee, about their share of the population at home"
    ),
    "young_flight": guess(0.32, "share", 0.2, 0.6, "18 to 34 among those who flee"),
    "child_other": guess(0.08, "share", 0.0, 0.3, "under 18 among others"),
    "young_other": guess(0.72, "share", 0.4, 0.9, "18 to 34 among others; mean age 26 in Aksoy and Poutvaara"),
    "old_share": guess(0.1, "share", 0.0, 0.3, "60 and over among those of 35 and over"),
    "secondary": guess(0.33, "share", 0.1, 0.6, "secondary education among leavers"),
    "tertiary": guess(0.12, "share", 0.02, 0.4, "tertiary education among leavers"),
    "documents": guess(0.8, "share", 0.3, 1.0, "leavers who hold a passport or can get one"),
    "optimism_sigma": guess(0.5, "log points", 0.0, 1.5, "spread of individual belief about the group's"),
    "wealth_years": guess(0.5, "years of income", 0.1, 2.0, "median savings a household can turn into travel"),
    "wealth_most": guess(1_000_000, "EUR", 100_000, 10_000_000, "savings at most"),
    "wealth_sigma": guess(1.0, "log points", 0.5, 1.5, "spread of savings, as of incomes in poor countries"),
    "educated_first": guess(
        0.35,
        "log points",
        0.0,
        1.0,
        "how much more those with tertiary education hold; direction from the source study",
    ),
    "urban_savings": single(
        0.7,
        "log points",
        0.0,
        1.5,
        "Gollin, Lagakos and Waugh 2014, from memory: work outside farming yields about twice as much; what townspeople hold "
        "beyond others, by a switch",
        "2014-05-01",
    ),
    "saving_share": guess(0.15, "share of income", 0.02, 0.4, "what somebody who prepares puts aside"),
    "credit_years": guess(0.5, "years of income", 0.0, 2.0, "what family at home and smugglers lend"),
    "wage_credit": guess(
        0.5,
        "years of wages",
        0.0,
        2.0,
        "what recruiters and employers lend for a regular place, of the wages where it is",
    ),
    "kin_credit": guess(0.1, "years of wages", 0.0, 0.5, "what kin abroad lend, of the wages where they live"),
}

CHOOSE = {
    "reference_income": guess(
        2500,
        "EUR/yr",
        800,
        6000,
        "income that common costs of a journey are felt at: about the median wage in the origin countries in 2009",
    ),
    "lambda_destination": fitted(0.5, "ratio", 0.2, 1.0, "dissimilarity of destinations within a nest"),
    "elasticity_diaspora": Param(
        0.65, "elasticity", 0.4, 0.7, "Beine, Docquier and Ozden 2011, value from memory", "attested", "2011-12-31"
    ),
    "elasticity_size": guess(
        0.0,
        "elasticity",
        0.0,
        1.0,
        "of a country's attraction in its population; .68 in gravity fits, 0 where a world's few countries stand for others",
    ),
    "elasticity_income": Param(
        0.8,
        "elasticity",
        0.0,
        0.9,
        "gravity fits give .84 with year effects, about 0 with country effects",
        "contested",
        "2015-12-31",
    ),
    "beta_unemployment": fitted(
        0.046,
        "log points per percentage point",
        0.0,
        0.15,
        "push of unemployment in the destination; direction from Hatton and Moloney 2015",
    ),
    "beta_recognition": fitted(
        0.35, "log points", 0.0, 3.0, "pull of certain recognition on those in need of protection"
    ),
    "asc_stay_refugee": fitted(3.3, "log points", 0.0, 5.0, "staying displaced inside the country"),
    "lambda_mode": guess(
        1.0,
        "ratio",
        0.2,
        1.0,
        "dissimilarity of the ways abroad beyond the region; 1 for no nest, below it who loses one turns to another",
    ),
    "asc_region": fitted(0.9, "log points", -3.0, 5.0, "going to a neighbouring country, of those who do not flee"),
    "asc_region_refugee": guess(0.9, "log points", -3.0, 5.0, "going to a neighbouring country, straight from flight"),
    "asc_irregular": fitted(
        -3.7, "log points", -12.0, 1.0, "going to a destination without a visa, of those who do not flee"
    ),
    "asc_irregular_refugee": fitted(
        -3.7, "log points", -12.0, 1.0, "going to a destination without a visa, straight from flight"
    ),
    "asc_regular": fitted(-2.0, "log points", -6.0, 3.0, "applying for a regular place, of those who do not flee"),
    "asc_regular_refugee": fitted(-2.0, "log points", -12.0, 3.0, "applying for a regular place, straight from flight"),
    "asc_elsewhere": fitted(-1.0, "log points", -6.0, 3.0, "going to another continent"),
    "elsewhere_price": guess(
        2500,
        "EUR",
        800,
        6000,
        "recruiters, papers and the fare to another continent; KNOMAD and ILO surveys of 2015 have about 1,000 USD from Ethiopia "
        "and over 4,000 USD from Pakistan to Saudi Arabia",
    ),
    "asc_stay": fitted(1.0, "log points", -3.0, 5.0, "staying after all"),
    "beta_cost": fitted(0.41, "log points per year of income", 0.0, 3.0, "aversion to the price of the journey"),
    "beta_danger": fitted(0.32, "log points per per cent", 0.0, 1.0, "aversion to the believed risk of death"),
    "beta_rough_sea": guess(
        1.0,
        "log points per log point",
        0.0,
        3.0,
        "how far people put a crossing off in the months in which the sea is travelled less",
    ),
    "beta_travel_time": guess(0.03, "log points per day", 0.0, 0.2, "aversion to the length of the journey"),
    "beta_border": fitted(0.01, "log points", 0.0, 2.0, "crossing one more border without papers"),
    "onward_cost_weight": fitted(
        1.0,
        "share",
        0.1,
        1.0,
        "of the cost of the way on from the first destination, what counts beside the way there when a country is chosen",
    ),
    "asc_onward": fitted(
        -11.9, "log points", -12.0, 0.0, "moving on to a destination from a host country, in half a year"
    ),
    "asc_go_home": fitted(
        -1.2, "log points", -8.0, 2.0, "going home from displacement, in half a year, at a stability index of 0"
    ),
    "beta_return_from_abroad": guess(
        0.0, "log points", -1.0, 4.0, "how much rarer people go home from abroad than from displacement in the country"
    ),
    "beta_home_stability": Param(
        0.8,
        "log points per unit",
        0.0,
        2.0,
        "Beaman, Onder and Onder 2021: security at home drives return; size assumed",
        "single study",
        "2021-12-31",
    ),
    "beta_home_threat": guess(
        0.0,
        "log points per log point",
        0.0,
        2.0,
        "how much rarer those who fled go home, the more people flee from there; 0 where the stability index says all",
    ),
    "beta_host_threat": guess(
        0.0,
        "log points per log point",
        0.0,
        2.0,
        "how much less a country of the region draws, the more people flee from it; 0 where its safety plays no part",
    ),
    "threat_threshold": guess(
        0.005, "per head and year", 0.0005, 0.05, "flight from home at which a threat begins to be felt abroad"
    ),
    "beta_believed_recognition": guess(
        1.0, "log points", 0.0, 4.0, "pull of certain legal stay, as believed, against none"
    ),
    "beta_blocked": fitted(
        0.3, "ratio", 0.0, 1.0, "aversion to edges where seats are asked for in vain, against being stopped"
    ),
    "beta_unfamiliarity": guess(
        0.0,
        "log points",
        0.0,
        1.5,
        "aversion to a passage that ten times fewer people took recently; 0 where all ways are known to everybody",
    ),
    "beta_refused": guess(1.0, "log points", 0.0, 4.0, "what a refused visa takes from asking again"),
    "beta_wait": guess(
        0.0, "log points per year", 0.0, 5.0, "aversion to the queue for a regular place; 0 where nobody knows of it"
    ),
    "beta_fees": guess(0.3, "log points per year of income", 0.0, 2.0, "aversion to what a regular place costs"),
    "elasticity_distance": Param(
        1.29, "elasticity", 1.0, 1.5, "gravity: elasticity of flows to distance", "attested", "2015-12-31"
    ),
}
