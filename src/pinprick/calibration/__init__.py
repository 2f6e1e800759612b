"""How well the model predicts what it was not fitted to: trial arms and experiments, scored against a plain mean."""

from pinprick.calibration.cross_validation import Prediction, folds, train
from pinprick.calibration.experiment import Comparison, Measurement, compare, compare_all, measurements
from pinprick.calibration.experiment_file import FiledExperiment, read_experiments
from pinprick.calibration.observation import Observation, observation
from pinprick.calibration.scoring import Score, crps, score
from pinprick.calibration.trial_file import FiledArm, read_trials
from pinprick.calibration.validation import Settings, data_digest, holds, own_arms, validate, validate_trials
from pinprick.outcome import PlainMean

__all__ = [
    "Comparison",
    "FiledArm",
    "FiledExperiment",
    "Measurement",
    "Observation",
    "PlainMean",
    "Prediction",
    "Score",
    "Settings",
    "compare",
    "compare_all",
    "crps",
    "data_digest",
    "folds",
    "holds",
    "measurements",
    "observation",
    "own_arms",
    "read_experiments",
    "read_trials",
    "score",
    "train",
    "validate",
    "validate_trials",
]
