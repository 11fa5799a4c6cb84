# An underlay at the bottom of the stack has no parents: its set-up is its local set-up.
. "${${(%):-%x}:A:h}/local_setup.zsh"
