"""What `mixflow compare --help` teaches."""

EXAMPLES = """\
examples:
  mixflow compare scenario=mediterranean with=[more_labour_visas,faster_consulates] seeds=20
  mixflow compare scenario=toy with=more_labour_visas seeds=8
  mixflow compare with=more_labour_visas dose=0,0.25,0.5,1      how much of it
  mixflow compare with=[a,b] surface=true dose=0,0.5,1          two policies, every pair of doses
  mixflow compare with=a robust=true                            again under each contested switch
  mixflow compare without=a_policy_of_the_base                  what a policy has done
  mixflow compare with=a policies.a.start=2012-01-01            another start; any key of a run may follow

keys of a comparison
  base      policies of both worlds; by default those of the scenario
  with      policies that the second world has besides
  without   policies of the base that the second world has not
  seeds     how many pairs of worlds (20); seed=N is the first
  dose      doses between 0 and 1, for a curve
  surface   true: a grid over the doses of two policies
  robust    true: repeat the answer under every other setting of each contested switch
  workers   how many processes run at once (one on each core)

Runs stay in runs/<scenario>/, so that a comparison that was ended goes on where it was. Beside them, in compare-<hash>/:
effects.parquet, tables of the same people in both worlds, and report.html, one file that needs no network.
"""
