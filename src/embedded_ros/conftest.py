"""launch_testing keeps Jazzy's module names, which look like those of tests."""

collect_ignore = ["launch_testing"]
