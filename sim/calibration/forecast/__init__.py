"""What a firm's own customers will do: simulated over the posterior, beside the closed forms."""
