"""Names that changed in format 6 of results: what a message says where somebody gives an old one. No old name is read."""

from collections.abc import Collection, Mapping

PARAMETERS: Mapping[str, str] = {
    "choose.stay": "choose.asc_stay",
    "choose.inside": "choose.asc_stay_refugee",
    "choose.region": "choose.asc_region",
    "choose.region_flight": "choose.asc_region_refugee",
    "choose.far_irregular": "choose.asc_irregular",
    "choose.far_flight": "choose.asc_irregular_refugee",
    "choose.far_regular": "choose.asc_regular",
    "choose.far_regular_flight": "choose.asc_regular_refugee",
    "choose.elsewhere": "choose.asc_elsewhere",
    "choose.onward": "choose.asc_onward",
    "choose.go_home": "choose.asc_go_home",
    "choose.scale_ways": "choose.lambda_mode",
    "choose.scale_nest": "choose.lambda_destination",
    "choose.diaspora": "choose.elasticity_diaspora",
    "choose.size": "choose.elasticity_size",
    "choose.income": "choose.elasticity_income",
    "choose.neighbour_distance": "choose.elasticity_distance",
    "choose.unemployment": "choose.beta_unemployment",
    "choose.recognition": "choose.beta_recognition",
    "choose.cost": "choose.beta_cost",
    "choose.danger": "choose.beta_danger",
    "choose.rough_sea": "choose.beta_rough_sea",
    "choose.travel_time": "choose.beta_travel_time",
    "choose.border_cost": "choose.beta_border",
    "choose.way_on": "choose.onward_cost_weight",
    "choose.far_from_home": "choose.beta_return_from_abroad",
    "choose.home_stability": "choose.beta_home_stability",
    "choose.home_threat": "choose.beta_home_threat",
    "choose.host_threat": "choose.beta_host_threat",
    "choose.calm": "choose.threat_threshold",
    "choose.odds": "choose.beta_believed_recognition",
    "choose.blocked": "choose.beta_blocked",
    "choose.unknown": "choose.beta_unfamiliarity",
    "choose.refused": "choose.beta_refused",
    "choose.wait": "choose.beta_wait",
    "choose.fees": "choose.beta_fees",
    "leave.rush": "leave.beta_anticipation",
    "leave.rush_days": "leave.anticipation_days",
    "leave.look_days": "leave.decision_days",
    "leave.town_leave": "leave.urban_aspiration_ratio",
    "leave.town_push": "leave.elasticity_urbanisation",
    "traits.town_means": "traits.urban_savings",
    "hosted.look_days": "hosted.decision_days",
    "live.look_days": "live.decision_days",
    "return.look_days": "return.decision_days",
    "hosted.protracted": "hosted.duration_dependence_solutions",
    "hosted.settled": "hosted.duration_dependence_onward",
    "hosted.hope": "hosted.hope_of_return_years",
    "hosted.threat": "hosted.beta_origin_threat",
    "hosted.welfare": "hosted.beta_welfare",
    "hosted.apply": "hosted.asc_apply",
    "live.onward": "live.secondary_movement_rate",
    "beliefs.strangers": "beliefs.spillover_other_nationalities",
    "beliefs.near_hear": "beliefs.learning_speed_transit",
    "beliefs.ties_hear": "beliefs.learning_speed_ties",
    "beliefs.success": "beliefs.beta_recent_arrivals",
    "beliefs.overestimate": "beliefs.death_prob_overestimate",
    "beliefs.odds_overestimate": "beliefs.recognition_prob_overestimate",
    "beliefs.seats_memory": "beliefs.rationing_memory",
    "cross.rethink_tries": "cross.reroute_retries",
    "cross.seat_wait": "cross.retry_days",
    "cross.seat_tries": "cross.max_retries",
    "smuggler.panic": "smuggler.max_scarcity_ratio",
    "smuggler.remain": "smuggler.min_capacity_share",
    "smuggler.dear": "smuggler.capital_cost_threshold",
    "smuggler.entry": "smuggler.capacity_growth_rate",
    "return.settled": "return.rate_regular",
    "return.irregular": "return.rate_irregular",
    "return.footing": "return.reintegration_logit",
    "return.footing_security": "return.beta_reintegration_stability",
    "return.support_footing": "return.beta_reintegration_support",
    "return.forced_footing": "return.beta_reintegration_forced",
    "return.debt": "return.beta_reintegration_debt",
    "return.again": "return.remigration_rate",
    "return.support_pull": "return.beta_voluntary_support",
}
"""Parameters, GROUP.NAME."""

OTHERS: Mapping[str, str] = {
    # keys of a run
    "run_in": "spin_up_months",
    "hasten": "people_per_agent",
    # keys of calibrate and validate
    "first": "init",
    "centre": "n_generations",
    "screened": "n_screening",
    "pool": "n_members",
    "spread": "prior_sd",
    "rounds": "n_assimilations",
    "origins": "forecast_origins",
    "pairs": "n_pairs",
    # policies and tables
    "seats": "capacity_factor",
    "route": "corridor",
    "CMR": "central_mediterranean",
    "EMR": "eastern_mediterranean",
    "WMR": "western_mediterranean",
    "WBR": "western_balkans",
    "WAR": "western_africa",
    "routes": "edges",
    "crossings": "edge_attributes",
    "routes.csv": "edges.csv",
    "crossings.csv": "edge_attributes.csv",
    # groups of countries, measures
    "Europe": "destinations",
    "outside Europe": "elsewhere",
    "displaced_outside_europe": "displaced_with_hosts",
    "host_load_europe_per_head": "host_load_destinations_per_head",
    "host_load_europe_per_gdp": "host_load_destinations_per_gdp",
}
"""All other names."""

CAPACITY: Mapping[str, str] = {"seats": "smuggling_capacity"}
"""What is a lever's name in policies is a quantity's in tables."""


def renamed(old: str, allowed: Collection[str]) -> str | None:
    """The new name of an old one, where it is among the names that are allowed; else None.

    Parameters
    ----------
    old
        As the user gave it, of a parameter with or without its group.
    allowed
        The names that are allowed there.
    """
    found = [new for known in (PARAMETERS, OTHERS, CAPACITY) if (new := known.get(old))]
    found += [new.partition(".")[2] for name, new in PARAMETERS.items() if name.partition(".")[2] == old]
    return next((name for name in found if name in allowed), None)
