"""One catalogue over all runs in a folder: what each was, what it cost, what came out. Two lines to a data frame:

>>> from mixflow.experiments.runs.catalogue import Catalogue   # doctest: +SKIP
>>> frame = Catalogue("runs").frame()                     # doctest: +SKIP
"""

from .catalogue import Catalogue as Catalogue
