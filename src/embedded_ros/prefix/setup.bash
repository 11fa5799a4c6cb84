# An underlay at the bottom of the stack has no parents: its set-up is its local set-up.
. "$(cd "$(dirname "${BASH_SOURCE[0]}")" > /dev/null && pwd)/local_setup.bash"
