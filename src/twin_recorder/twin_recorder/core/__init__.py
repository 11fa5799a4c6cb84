"""The recorder's behaviour without ROS: topic table, segments, projection, commit, ingest."""
