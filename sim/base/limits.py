"""What is refused because it is too large, in one place. `docs/threat_model.md` lists these limits and the keys that raise them.

All numbers are assumptions about the machine of a user: 8 GB of memory, and nobody wants to wait for what was a slip of the
finger. Each refusal names the number that was asked for and the limit.
"""

MB = 2**20

# ---- files

YAML_BYTES = 200_000
"""Bytes of a file of YAML: a policy, an experiment, a plan of a calibration. Ours have up to 12,000."""

ENSEMBLE_BYTES = 2_000_000
"""Bytes of an ensemble: 1,000 members with 50 parameters each have about 1,500,000."""

YAML_DEPTH = 12
"""Levels of a file of YAML. Ours have up to 6."""

JSON_BYTES = 64 * MB
"""Bytes of a file of JSON: a record, a plan of a sweep, the geography of a comparison."""

SWEEP_JSON_BYTES = 4_096 * MB
"""Bytes of the plan of a sweep, with about 400 for each of up to 10,000,000 runs."""

TABLE_ROWS = 50_000_000
"""Rows of a Parquet table, taken from its footer. Ten columns of as many take about 2 GB."""

TABLE_BYTES = 4_096 * MB
"""Bytes that the columns of a Parquet table take once they are unpacked, taken from its footer."""

CSV_BYTES = 256 * MB
"""Bytes of one of a world's tables, unpacked where it is a .gz file. Ours have up to 5 MB."""

CASE_BYTES = 64 * MB
"""Bytes of one file of a displacement case, which has a row for each day and place or link at most."""

# ---- worlds

POPULATION = 10_000_000_000
"""People of a place or of a whole world: more than are alive."""

EUR_A_YEAR = 6_000_000
"""Income or wages of a person in a year. Money is counted in whole EUR in 32 bits: 32 years of it (22 of a run and 10 before it)
are a tenth of what such a number can hold, so that a policy may still multiply it by ten. Ours have up to 161,031."""

WALLET_EUR = 2**31 - 1
"""What one person can hold or owe: the largest number of 32 bits."""

EUR_A_SEAT = 10_000_000
"""The price of a passage, for the same reason. Ours have up to 5,500."""

BYTES_A_PERSON = 6
"""Memory of a run for each person of its world at scale=1: 5.4 GiB were measured for the 1.1 billion people of the scenario
mediterranean to 2019 (docs/adr/004-due-list-by-scan.md)."""

BYTES_A_PAIR = 33
"""Memory of a run for each pair of its places, for the ways between them: 13 GB were measured for 20,000 places."""

# ---- zip files

ZIP_BYTES = 20 * MB
"""Bytes of a zip file."""

ZIP_UNPACKED_BYTES = 100 * MB
"""Bytes of all that is in it."""

ZIP_FILES = 400
"""Files in it."""

ZIP_NAME_LETTERS = 200
"""Letters of a name in it."""

ZIP_RATIO = 200
"""How many times larger than in the zip file its content may be. Text shrinks to a fifth; a bomb to a thousandth."""

# ---- answers of `mixflow results`

ANSWER_SECONDS = 300
"""Seconds that one answer may take; the option `--most-seconds` raises it. Sums over 10,000 runs take some seconds."""

MOST_ANSWER_SECONDS = 7 * 86_400
"""The highest value of `--most-seconds`."""

ANSWER_GB = 4
"""Memory that one answer may take, half of the machine of a user; the option `--most-memory-gb` raises it, up to `MOST_RUN_GB`."""

CONDITION_LETTERS = 10_000
"""Letters of a condition. Nobody writes longer ones by hand."""

# ---- words

NAME_LETTERS = 200
"""Letters of a name or the last part of a path; file systems take 255 bytes."""

OVERRIDE_LETTERS = 100_000
"""Letters of one KEY=VALUE."""

# ---- runs

SWEEP_RUNS = 100_000
"""Runs of a sweep, a sensitivity analysis or an exploration; the key `most_runs` raises it."""

MOST_SWEEP_RUNS = 10_000_000
"""The highest value of `most_runs`."""

MOST_RUN_GB = 4096
"""The highest value of `most_memory_gb`, which says how much memory a run may take: 16 GB where it is not given. The memory is
estimated from the people and places of the world and the scale before the run starts."""

MOST_WORKERS = 1024
"""Processes at once."""
