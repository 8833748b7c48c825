"""What requests that are evaluated do: update sessions and profiles, return items, track events."""
