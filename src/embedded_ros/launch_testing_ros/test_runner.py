"""The runner of launch tests that are marked as ROS tests."""

import launch_testing.test_runner


class LaunchTestRunner(launch_testing.test_runner.LaunchTestRunner):
    """Runs launches as launch_testing does: their nodes bring their own ROS contexts."""
