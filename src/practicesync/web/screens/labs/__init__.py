"""Settings > Labs: what a firm may switch on before everybody has it."""
