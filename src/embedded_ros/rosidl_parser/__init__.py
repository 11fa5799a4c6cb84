"""The vocabulary of interface types, as Jazzy's `rosidl_parser` names it: see `rosidl_parser.definition`."""
