"""Indications: complete records, and the technique each is anchored to."""

import pytest

from pinprick import device, evidence
from pinprick.errors import InputError
from pinprick.outcome import indication, indications, modality, reference_technique, scales


def test_every_indication_of_the_trials_is_used_by_one():
    used = {name for record in indications().values() for name in record.trials}
    assert set(evidence.indications()) <= used


@pytest.mark.parametrize("id", sorted(indications()))
def test_record_is_complete(id):
    record = indication(id)
    assert record.name and record.plain and record.zones and record.says and record.cannot_say
    assert record.scale is None or record.scale in scales()
    assert record.comparators[0] == "no_treatment"
    assert record.coupling in ("collagen", "weak", "none")
    assert evidence.parameter(f"outcome.patient_sd_percent.{record.patient_sd}").value > 0
    for name in (*record.modalities, *record.comparators):
        assert modality(name).base.id
    for found in record.head_to_head:
        assert found.modality in (*record.modalities, *record.comparators)
    cited = [source for found in record.head_to_head for source in found.sources]
    for source in (*record.sources, *cited):
        evidence.source(source)


@pytest.mark.parametrize("id", sorted(indications()))
def test_reference_technique_is_one_the_device_can_do(id):
    technique = reference_technique(id)
    if technique is None:
        assert id == "active_acne"
        return
    head = device.device(technique.device)
    assert head.device_class == technique.device_class
    assert head.needle_length_min_mm <= technique.needle_length_mm <= head.needle_length_max_mm
    assert technique.sessions >= 1 and technique.pass_count >= 1
    assert technique.interval_days > 0 and technique.follow_up_days > 0


def test_active_acne_is_not_now_and_offers_nothing():
    record = indication("active_acne")
    assert record.not_now.startswith("Not now")
    assert record.modalities == ()


def test_pigment_and_sweat_do_not_hang_on_collagen():
    for id in ("melasma", "vitiligo", "post_inflammatory_hyperpigmentation", "hyperhidrosis"):
        assert indication(id).coupling == "none"


def test_unknown_indication_lists_the_known():
    with pytest.raises(InputError, match="atrophic_acne_scars"):
        indication("grumpiness")


def test_modality_is_base_and_adjuncts():
    kind = modality("microneedling_plus_prp")
    assert (kind.base.id, [item.id for item in kind.adjuncts]) == ("microneedling", ["prp"])
    assert kind.name == "microneedling with platelet-rich plasma"
    assert modality("no_treatment").sessions == 0


@pytest.mark.parametrize("name", ["moonlight", "microneedling_plus_moonlight"])
def test_unknown_modality_is_refused(name):
    with pytest.raises(InputError):
        modality(name)


def test_every_class_of_the_trials_is_a_modality():
    for arm in evidence.arms():
        assert modality(arm.intervention_class).id == arm.intervention_class


@pytest.mark.parametrize("device_class", ["pen", "roller", "stamp", "radiofrequency"])
def test_each_device_class_is_anchored_to_its_own_usual_technique(device_class):
    technique = reference_technique("atrophic_acne_scars", device_class)
    assert technique.device_class == device_class
    head = device.device(technique.device)
    assert head.device_class == device_class
    assert head.needle_length_min_mm <= technique.needle_length_mm <= head.needle_length_max_mm


def test_a_class_without_a_usual_technique_falls_back_to_that_of_the_indication():
    assert reference_technique("atrophic_acne_scars", "home_roller") == reference_technique("atrophic_acne_scars")
