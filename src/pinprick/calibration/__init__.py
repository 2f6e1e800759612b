"""How well the model predicts what it was not fitted to: trial arms and experiments, scored against a plain mean."""
