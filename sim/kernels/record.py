"""The only way a person changes status or place, and the only way an event is counted."""

from .forms import part

EVENT_BITS, CHANNEL_BITS, NEED_BITS, COUNTRY_BITS, EDGE_BITS = 4, 4, 4, 12, 20


@part
def put(i, status, place, P, E, O):
    """Move person `i` to a status and a place; the census follows."""
    O.census[P.place[i], P.status[i]] -= 1
    P.place[i] = place
    P.status[i] = status
    P.since[i] = E.day
    P.tries[i] = 0
    O.census[place, status] += 1


@part
def note(i, event, edge, country, P, O):
    """Count one event of person `i`: on an edge (-1 for none), in a country (-1 for none)."""
    packed = event
    packed = (packed << CHANNEL_BITS) | P.channel[i]
    packed = (packed << NEED_BITS) | P.need[i]
    packed = (packed << COUNTRY_BITS) | P.origin[i]
    packed = (packed << COUNTRY_BITS) | (country + 1)
    packed = (packed << EDGE_BITS) | (edge + 1)
    O.log[O.fill[0]] = packed
    O.fill[0] += 1
