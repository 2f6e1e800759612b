"""The append-only, hash-chained trail of every read and write."""
