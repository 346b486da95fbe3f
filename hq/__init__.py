"""The server of the chain: it takes in what happened, holds every balance, and tells the terminals what they need."""
