-- What version 2 added to version 1.
CALL lake.set_option('parquet_row_group_size', '16384');
CALL lake.set_option('parquet_compression', 'zstd');
UPDATE lake.recordings.lake SET schema_version = 2;
