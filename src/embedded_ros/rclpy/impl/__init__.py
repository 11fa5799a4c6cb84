"""What rclpy has in C: argument rules, names, handles, console output."""
