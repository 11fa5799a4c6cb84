"""The embedded stand-in for Nav2: localisation, planning and control behind Nav2's actions and topics."""
