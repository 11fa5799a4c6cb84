"""TurtleBot3 Waffle and its worlds in MuJoCo, and a small navigation server for where Nav2 is not installed."""
