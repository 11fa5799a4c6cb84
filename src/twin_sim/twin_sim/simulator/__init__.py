"""The simulated robot: MuJoCo physics, sensors with noise, and the ROS node around them."""
