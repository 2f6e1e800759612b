"""The posterior of the network's constants given the measurements: NumPyro's no-U-turn sampler over the surrogate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.healing_data import Datum, studies
from pinprick.calibration.healing_screening import unchanged_room
from pinprick.calibration.surrogate import Surrogate, forward
from pinprick.errors import MissingExtraError
from pinprick.tissue.accelerator import numbers

Array = NDArray[np.float64]

# Variance that takes a measurement out of a likelihood of fixed shape.
_LEFT_OUT = 1e4
_LEAST_CHANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Sampling:
    """How long the sampler runs.

    Attributes:
        chains: chains, one after the other.
        warmup: steps to adapt, of each chain.
        draws: steps that are kept, of each chain.
        acceptance: acceptance that the step size is adapted to.
    """

    chains: int = 4
    warmup: int = 600
    draws: int = 1000
    acceptance: float = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Draws of the posterior.

    Attributes:
        scores: normal scores of the constants in their priors, shape (chains, draws, constants).
        study_sd: spread between studies, shape (chains, draws).
        discrepancy_sd: what the network gets wrong, shape (chains, draws).
        divergences: divergent transitions after the warm-up.
    """

    scores: Array
    study_sd: Array
    discrepancy_sd: Array
    divergences: int


@dataclass(frozen=True, eq=False)
class Likelihood:
    """The fixed part of the likelihood of some measurements, values first, then directions.

    Attributes:
        data: the measurements.
        surrogate: in place of the network.
        sampling: how long the sampler runs.
    """

    data: Sequence[Datum]
    surrogate: Surrogate
    sampling: Sampling = Sampling()

    @cached_property
    def split(self) -> int:
        """Number of values; the rest are directions."""
        return sum(item.scale != "direction" for item in self.data)

    @cached_property
    def observed(self) -> Array:
        """What was measured, on the scale of each measurement."""
        return np.array([item.value for item in self.data])

    @cached_property
    def membership(self) -> Array:
        """Which study each measurement belongs to, times how much of its effect applies, shape (data, studies)."""
        names = studies(self.data)
        slope = [item.discrepancy_factor if item.scale == "share" else 1.0 for item in self.data]
        return np.array(
            [[part * (item.study == name) for name in names] for item, part in zip(self.data, slope, strict=True)]
        )

    def sample(self, observed: Array, used: Array, *, seed: int) -> Posterior:
        """Draw from the posterior.

        Args:
            observed: what was measured, shape (data,).
            used: 1 where a measurement counts and 0 where it is left out, shape (data,).
            seed: explicit seed.
        """
        import jax

        with numbers("double"):
            self._sampler.run(jax.random.PRNGKey(seed), observed, used, extra_fields=("diverging",))
            found = self._sampler.get_samples(group_by_chain=True)
            diverging = self._sampler.get_extra_fields()["diverging"]
            return Posterior(
                np.asarray(found["scores"]),
                np.asarray(found["study_sd"]),
                np.asarray(found["discrepancy_sd"]),
                int(np.sum(np.asarray(diverging))),
            )

    def sample_each(self, observed: Array, used: Array, *, seed: int) -> Posterior:
        """Draw from the posteriors of many sets of measurements side by side, one chain each; chains count the sets.

        Args:
            observed: what was measured, shape (sets, data).
            used: 1 where a measurement counts and 0 where it is left out, shape (sets, data).
            seed: explicit seed.
        """
        import jax

        def one(key: Any, seen: Any, counted: Any) -> Any:
            sampler = self._make(chains=1)
            sampler.run(key, seen, counted, extra_fields=("diverging",))
            return sampler.get_samples(), sampler.get_extra_fields()["diverging"]

        with numbers("double"):
            keys = jax.random.split(jax.random.PRNGKey(seed), len(observed))
            found, diverging = jax.jit(jax.vmap(one))(keys, observed, used)
            scores, study, own = (np.asarray(found[name]) for name in ("scores", "study_sd", "discrepancy_sd"))
            return Posterior(scores, study, own, int(np.sum(np.asarray(diverging))))

    @cached_property
    def _sampler(self) -> Any:
        return self._make(chains=self.sampling.chains)

    def _make(self, *, chains: int) -> Any:
        require()
        from numpyro.infer import MCMC, NUTS, init_to_value

        count = self.surrogate.weights[0][0].shape[0]
        start = init_to_value(values={"scores": np.zeros(count)})
        kernel = NUTS(self._model, target_accept_prob=self.sampling.acceptance, init_strategy=start)
        how = self.sampling
        return MCMC(
            kernel,
            num_warmup=how.warmup,
            num_samples=how.draws,
            num_chains=chains,
            chain_method="sequential",
            progress_bar=False,
            jit_model_args=True,
        )

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return {
            "sd": np.array([item.sd for item in self.data]),
            "factor": np.array([item.discrepancy_factor for item in self.data]),
            "study": evidence.value("mechanism.study_sd"),
            "own": evidence.value("mechanism.discrepancy_sd"),
            "room": unchanged_room(),
        }

    def _model(self, observed: Any, used: Any) -> None:
        import jax.numpy as jnp
        import numpyro
        import numpyro.distributions as dist

        fixed, split, members = self._constants, self.split, self.membership
        count = self.surrogate.weights[0][0].shape[0]
        scores = numpyro.sample("scores", dist.Normal(0.0, 1.0).expand([count]).to_event(1))
        study = numpyro.sample("study_sd", dist.HalfNormal(fixed["study"]))
        own = numpyro.sample("discrepancy_sd", dist.HalfNormal(fixed["own"]))
        effect = numpyro.sample("effect", dist.Normal(0.0, 1.0).expand([members.shape[1]]).to_event(1))
        expected = forward(self.surrogate.weights, scores) * self.surrogate.scale + self.surrogate.centre
        variance = fixed["sd"] ** 2 + (fixed["factor"] * own) ** 2
        # The effects of the studies that print values are integrated out; those of directions are drawn.
        first = members[:split]
        covariance = self.surrogate.error[:split, :split] + study**2 * (first @ first.T)
        covariance = covariance + jnp.diag(variance[:split] + _LEFT_OUT * (1.0 - used[:split]))
        numpyro.sample(
            "values", dist.MultivariateNormal(expected[:split], covariance_matrix=covariance), obs=observed[:split]
        )
        latent = expected[split:] + study * (members[split:] @ effect)
        sd = jnp.sqrt(variance[split:] + np.diag(self.surrogate.error)[split:])
        chance = _chance(latent, sd, observed[split:], fixed["room"])
        numpyro.factor("directions", jnp.sum(used[split:] * jnp.log(jnp.maximum(chance, _LEAST_CHANCE))))


def _chance(latent: Any, sd: Any, category: Any, room: float) -> Any:
    import jax.numpy as jnp
    from jax.scipy.special import ndtr

    up, down = ndtr((latent - room) / sd), ndtr((-room - latent) / sd)
    same = ndtr((room - latent) / sd) - down
    return jnp.where(category > 0, up, jnp.where(category < 0, down, same))


def require() -> None:
    """Check that what the calibration needs is installed.

    Raises:
        MissingExtraError: it is not.
    """
    from importlib.util import find_spec

    for name in ("jax", "numpyro"):
        if find_spec(name) is None:
            raise MissingExtraError(f"calibration needs {name}", remedy="pip install 'pinprick[calibration]'")
