"""What all ways to a country cost together: the log sum over the borders that step 10 chooses among. Step 8 reads from here.

Whether somebody goes and which way they take is one choice, as in a recursive logit (Fosgerau, Frejinger and Karlstrom 2013) over
the reasonable edges of Dial (1971): from place p to goal g,

    C(g, p) = -1/s ln sum_e 1/n_e exp(-s (w(p, e) + c_e + C(g, end of e)))

over border edges e out of p's zone that bring the goal nearer, where w is the way to e within the zone, c_e its cost and s
`move.spread`; where the goal lies in p's zone, C is the least cost. Edges of one corridor between the same two zones overlap: each
of n_e such edges counts for 1/n_e (a path size, Ben-Akiva and Bierlaire 1999), so that a strait is one way, however many ports
it is drawn with. The fare is what these ways cost on average, by the same weights, and the cheapest what the poorest get by with.
"""

import math

from ..base.forms import kernel


@kernel
def costs_of_all_ways(
    order,
    least,
    next_edge_home,
    zone,
    first_border_edge,
    cost_within_zone,
    start,
    end,
    cost,
    overlap,
    price,
    spread,
    total,
    fare,
    cheapest,
):
    """Fill `total` with C for every goal and place, `fare` and `cheapest` with what the ways cost in money.

    Parameters
    ----------
    order
        int64[goals, places]: places by `least`, ascending.
    least
        float64[goals, places]: least cost to the goal, infinite where it cannot be reached.
    next_edge_home
        int32[goals, places]: 0 or more where the goal lies in the place's zone.
    zone, first_border_edge, cost_within_zone
        Zones, as in the `Environment`.
    start, end, cost
        Of each border edge, zone by zone: places at its ends, cost in log points, infinite where it may not be used.
    overlap
        float64[border edges]: ln n_e.
    price
        float64[border edges]: EUR; nothing is paid within a zone.
    spread
        s: how strongly people keep to the cheapest way.
    total
        float64[goals, places]: filled here, log points; infinite where the goal cannot be reached.
    fare, cheapest
        float64[goals, places]: filled here, EUR, of the mean and of the cheapest of these ways; infinite where there is none.
    """
    for goal in range(order.shape[0]):
        for k in range(order.shape[1]):
            place = order[goal, k]
            here = least[goal, place]
            total[goal, place] = here
            fare[goal, place] = cheapest[goal, place] = 0.0 if here < math.inf else math.inf
            if here == math.inf or next_edge_home[goal, place] >= 0:
                continue
            ways, paid, lowest = 0.0, 0.0, math.inf
            for e in range(first_border_edge[zone[place]], first_border_edge[zone[place] + 1]):
                if least[goal, end[e]] >= here:
                    continue
                way = cost_within_zone[place, start[e]] + cost[e]
                if way < math.inf:
                    weight = math.exp(-spread * (way + total[goal, end[e]] - here) - overlap[e])
                    ways += weight
                    paid += weight * (price[e] + fare[goal, end[e]])
                    lowest = min(lowest, price[e] + cheapest[goal, end[e]])
            if ways > 0.0:
                total[goal, place] = here - math.log(ways) / spread
                fare[goal, place], cheapest[goal, place] = paid / ways, lowest
