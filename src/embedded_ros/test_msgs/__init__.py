"""Messages, services and actions for tests of the client library, and values to fill them with."""
