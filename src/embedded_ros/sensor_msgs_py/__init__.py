"""Helpers for messages of sensor_msgs: see `point_cloud2`."""
