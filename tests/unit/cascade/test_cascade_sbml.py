import numpy as np
import pytest

from pinprick.cascade import Course
from pinprick.cascade.network import NAMES, REACTIONS, SYMBOLS
from pinprick.cascade.physiology import central, physiology
from pinprick.cascade.sbml import write_sbml
from pinprick.cascade.solver import Impulses, Rosenbrock
from pinprick.errors import InputError

libsbml = pytest.importorskip("libsbml")
COURSE = Course(3, 21.0)


def test_the_document_is_valid_sbml():
    document = libsbml.readSBMLFromString(write_sbml(central(), COURSE, 0.7))
    document.setConsistencyChecks(libsbml.LIBSBML_CAT_UNITS_CONSISTENCY, False)
    document.checkConsistency()
    faults = [document.getError(i) for i in range(document.getNumErrors())]
    assert [fault.getMessage() for fault in faults if fault.getSeverity() >= libsbml.LIBSBML_SEV_ERROR] == []
    model = document.getModel()
    assert (model.getNumSpecies(), model.getNumReactions(), model.getNumEvents()) == (len(NAMES), len(REACTIONS), 3)


@pytest.mark.parametrize("draw", [0, 4])
def test_another_simulator_reads_it_back_and_agrees(draw):
    roadrunner = pytest.importorskip("roadrunner", exc_type=ImportError)  # it needs the shared libpython
    drawn = physiology(6, seed=2)
    other = roadrunner.RoadRunner(write_sbml(drawn, COURSE, 0.7, draw=draw))
    other.integrator.relative_tolerance = 1e-10
    other.integrator.absolute_tolerance = 1e-12
    other.timeCourseSelections = ["time", *NAMES]
    theirs = np.asarray(other.simulate(0, 120, 241))
    # At the very time of a session the two print different sides of the jump, so those rows are left out.
    between = ~np.isin(theirs[:, 0], COURSE.session_days)
    times = theirs[between, 0]
    ours = Rosenbrock(1e-9, 1e-11).solve(
        drawn.parameters[[draw]],
        drawn.rest[[draw]],
        Impulses(np.array(COURSE.session_days), np.full((1, 3), 0.7)),
        times,
    )[0]
    error = np.abs(ours - theirs[between, 1:]) / (1e-2 + np.abs(ours))
    worst = error.max(axis=0)
    assert worst.max() <= 1e-4, SYMBOLS[int(worst.argmax())]


def test_a_fraction_outside_0_to_1_is_refused():
    with pytest.raises(InputError):
        write_sbml(central(), COURSE, 1.2)
