"""The wire protocol of rmw_zenoh_cpp (ROS 2 Jazzy, 0.2.5 and later) on zenoh-python.

Nothing here knows rclpy or a message class: names, type names, hashes and payloads go in and out as text and bytes.
"""
