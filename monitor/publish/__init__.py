"""What analysts read: the published database, its snapshots and Parquet files."""
