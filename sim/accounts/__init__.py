"""Who is where and who paid whom: the ledger, counts, monthly tables, what is observed and published, results on disk."""
