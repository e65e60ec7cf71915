"""The only part that talks to a target: when to send, how, and what to do with whatever comes back."""
