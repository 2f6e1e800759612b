import numpy as np
import pytest
from tissue_reference import matrix, propagate, relative

from pinprick.errors import InputError, SolverError
from pinprick.tissue import Block, Coupling, Layered, March, Session, Sides, memory_bytes

BLOCK = Block.uniform((6, 5, 4), 0.08)
FIELD, COUPLING = Layered(0.6, 9.0), Coupling(0.4, 0.05, 8.0)


def sharp(block=BLOCK):
    field = np.zeros(block.shape)
    field[1, 2, :3] = 100.0
    return field


def march(tolerance, field=FIELD, coupling=COUPLING, block=BLOCK, dtype=np.float64, **options):
    return March(block, [field], [coupling], tolerance=tolerance, dtype=dtype, threads=1, **options)


def run(tolerance, days=20.0, **options):
    m = march(tolerance, **options)
    m.inject(Session(0.0, [sharp(m.block)]))
    m.run(days)
    return m.tissue()


LAYERED = Block(5, 4, 0.1, np.array([0, 0.05, 0.15, 0.4, 0.8]), surface_permeability_mm_per_day=1.0, bottom_value=0.4)


@pytest.mark.parametrize(
    ("block", "field", "coupling"),
    [
        (BLOCK, FIELD, COUPLING),
        (LAYERED, Layered([0.2, 0.6, 1.0, 1.5], [9.0, 4.0, 6.0, 8.0]), COUPLING),
        (
            Block.uniform((5, 4, 4), 0.1, sides=Sides.PERIODIC),
            Layered(0.5, [9.0, 4.0, 6.0, 8.0]),
            Coupling(np.random.default_rng(0).uniform(0.2, 0.6, (5, 4, 4)), 0.05, 8.0),
        ),
    ],
)
def test_coupled_fields_reach_the_exact_solution(block, field, coupling):
    m = march(1e-5, block=block, field=field, coupling=coupling)
    dose = np.zeros(block.shape)
    dose[1, 2, :2] = 100.0
    u, v = np.zeros(block.shape), np.zeros(block.shape)
    full, supply = matrix(block, *field.on(block))
    rates = coupling.uptake_per_day, coupling.loss_per_day, coupling.release_per_day
    for day in (7.0, 15.0):
        m.inject(Session(m.day, [dose], [0.02 * dose]))
        u, v = propagate(full, rates, u + dose, v + 0.02 * dose, day - m.day, supply)
        m.run(day)
        tissue = m.tissue()
        assert tissue.day == pytest.approx(day)
        # The tolerance is local: over some hundred steps errors add up.
        assert relative(tissue.immobile[0], v) < 3e-4
        assert relative(tissue.diffusing[0], u) < 3e-4


def test_steps_are_of_third_order():
    full, _ = matrix(BLOCK, 0.6, 9.0)
    v0 = np.random.default_rng(0).random(BLOCK.shape)
    u, v = propagate(full, (0.4, 0.05, 0.8), sharp(), v0, 8.0)
    errors = []
    for steps in (128, 256):
        m = march(1e9, coupling=Coupling(0.4, 0.05, 0.8))
        m.inject(Session(0.0, [sharp()], [v0]))
        for _ in range(steps):
            m._attempt(8.0 / steps)
        end = m.tissue()
        errors.append([relative(end.diffusing[0], u), relative(end.immobile[0], v)])
    np.testing.assert_array_less(2.5, np.log2(np.array(errors[0]) / errors[1]))


def test_error_falls_with_the_tolerance():
    full, _ = matrix(BLOCK, 0.6, 9.0)
    _, v = propagate(full, (0.4, 0.05, 8.0), sharp(), np.zeros(BLOCK.shape), 20.0)
    errors = [relative(run(tolerance).immobile[0], v) for tolerance in (1e-2, 1e-4, 1e-6)]
    assert errors[0] < 1e-2
    assert errors[2] < errors[1] / 3 < errors[0] / 9


def test_single_and_double_precision_agree_on_the_slow_field():
    a, b = run(1e-4, dtype=np.float32), run(1e-4)
    assert a.immobile.dtype == np.float32
    assert relative(a.immobile, b.immobile) < 1e-4


def test_threads_change_nothing():
    fields, couplings = [FIELD, Layered(0.3, 5.0)], [COUPLING, Coupling(0.2, 0.02, 3.0)]
    ends = []
    for threads in (1, 2):
        m = March(BLOCK, fields, couplings, threads=threads)
        m.inject(Session(0.0, [sharp(), None]))
        m.inject(Session(0.0, [None, 2.0]))
        m.run(10.0)
        ends.append(m.tissue())
    np.testing.assert_array_equal(ends[0].immobile, ends[1].immobile)


def test_mass_is_kept_where_nothing_is_lost():
    """Without decay, and with all that is lost by the immobile field given back, the sum of both is conserved."""
    m = march(1e-4, field=Layered(0.5, 0.0), coupling=Coupling(0.0, 0.2, 0.2))
    m.inject(Session(0.0, [sharp()], [sharp()]))
    m.run(30.0)
    end = m.tissue()
    total = BLOCK.amount(end.diffusing[0]) + BLOCK.amount(end.immobile[0])
    assert total == pytest.approx(2 * BLOCK.amount(sharp()), rel=2e-4)


def test_an_empty_block_stays_empty():
    m = march(1e-3)
    m.run(50.0)
    assert not m.tissue().diffusing.any()
    assert m.steps < 12


def test_a_run_can_be_cut_anywhere():
    m, whole = march(1e-5), run(1e-5)
    m.inject(Session(0.0, [sharp()]))
    seen = []
    for day in (0.3, 5.0, 20.0):
        m.run(day, lambda at: seen.append(at.day))
    assert relative(m.tissue().immobile, whole.immobile) < 1e-4
    assert seen == sorted(seen)
    assert len(seen) == m.steps


def test_what_is_not_finite_is_an_error():
    m = march(1e-3)
    dose = sharp()
    dose[0, 0, 0] = np.nan
    m.inject(Session(0.0, [dose]))
    with pytest.raises(SolverError):
        m.run(1.0)


def test_bad_input_is_refused():
    with pytest.raises(InputError):
        March(BLOCK, [FIELD], [])
    with pytest.raises(InputError):
        march(0.0)
    with pytest.raises(InputError):
        Coupling(1.0, -1.0, 1.0)


def test_memory_is_known_before_it_is_taken():
    import tracemalloc

    block = Block.uniform((32, 32, 32), 0.05)
    tracemalloc.start()
    m = March(block, [FIELD] * 3, [COUPLING] * 3, threads=1)
    m.inject(Session(0.0, [1.0] * 3))
    m.run(2.0)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used == pytest.approx(memory_bytes(block, 3), rel=0.1)
