"""What is simulated: frozen, validated descriptions and the registry of their parameters."""
