"""The only way a person changes status or place, and the only way an event is counted."""

import numpy as np

from .forms import part

EVENT_BITS, CHANNEL_BITS, NEED_BITS, COUNTRY_BITS, EDGE_BITS = 4, 4, 4, 12, 20


@part
def put(i, status, place, P, E, R):
    """Move person `i` to a status and a place; the census follows."""
    R.census[P.place[i], P.status[i]] -= 1
    P.place[i] = place
    P.status[i] = status
    P.since[i] = E.day
    P.tries[i] = 0
    R.census[place, status] += 1


@part
def note(i, event, edge, country, P, R):
    """Count one event of person `i`: on an edge (-1 for none), in a country (-1 for none)."""
    packed = np.int64(event)
    packed = (packed << CHANNEL_BITS) | np.int64(P.channel[i])
    packed = (packed << NEED_BITS) | np.int64(P.need[i])
    packed = (packed << COUNTRY_BITS) | np.int64(P.origin[i])
    packed = (packed << COUNTRY_BITS) | (np.int64(country) + 1)
    packed = (packed << EDGE_BITS) | (np.int64(edge) + 1)
    R.log[R.fill[0]] = packed
    R.fill[0] += 1
