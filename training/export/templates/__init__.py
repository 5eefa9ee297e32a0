"""Templates: a network's graph without its weights, to be bound to a checkpoint's own file (`packs/templates`)."""
