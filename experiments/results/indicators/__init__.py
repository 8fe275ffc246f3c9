"""What is read from a run's tables, month by month: one small function an indicator, each with its unit and its definition.

>>> from mixflow.experiments.results.indicators import INDICATORS, measured, tables_of      # doctest: +SKIP
>>> measured(tables_of("runs/toy/0123456789ab-1"))                                  # doctest: +SKIP
"""

from . import aid as aid
from . import distance as distance
from . import flows as flows
from . import forum as forum
from . import governance as governance
from . import home as home
from . import knowledge as knowledge
from . import labour as labour
from . import money as money
from . import people as people
from . import states as states
from .registry import INDICATORS as INDICATORS
from .registry import Indicator as Indicator
from .registry import Ratio as Ratio
from .registry import indicators_of as indicators_of
from .registry import measured as measured
from .registry import whole_of as whole_of
from .tables import Tables as Tables
from .tables import tables_of as tables_of
