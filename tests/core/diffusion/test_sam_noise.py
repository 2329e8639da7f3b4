import pytest
import torch
from golden import golden, numbered
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diffusion import samsr


def close(actual, expected, atol=1e-6):
    torch.testing.assert_close(actual, expected, atol=atol, rtol=1e-6)


@pytest.mark.golden
def test_masks_become_planes_with_the_background_last():
    g, _ = golden("samsr_noise_schedule")
    planes = samsr.stack_planes(numbered(g, "raw_masks"))
    close(planes, g["masks_tensor"])


@pytest.mark.golden
def test_a_sample_without_masks_is_all_background():
    g, _ = golden("samsr_noise_schedule")
    first, *others = numbered(g, "raw_masks")
    planes = samsr.stack_planes([others[0][:0] if others else first[:0], *others])
    close(planes, g["masks_tensor_empty_first"])


@pytest.mark.golden
def test_planes_made_larger_are_averaged_down():
    g, _ = golden("samsr_noise_schedule")
    planes, pooled = samsr.stack_planes(numbered(g, "raw_masks_upscaled")), g["masks_tensor_upscaled_avgpool"]
    close(samsr.pool_planes(planes, planes.shape[-1] // pooled.shape[-1]), pooled)


@pytest.mark.golden
def test_the_noise_is_the_authors_with_and_without_background():
    g, _ = golden("samsr_noise_schedule")
    planes, noise = g["masks_tensor"], g["noise_per_mask"]
    close(samsr.weighted_noise(planes, noise), g["weighted_noise"])
    close(samsr.sam_noise(planes, noise), g["sam_noise"], 2e-6)
    close(samsr.weighted_noise(planes[:, :-1], noise[:, :-1]), g["weighted_noise_no_background"])
    close(samsr.sam_noise(planes[:, :-1], noise[:, :-1]), g["sam_noise_no_background"], 2e-6)


@pytest.mark.golden
def test_count_and_semantic_weight_are_the_authors():
    g, _ = golden("samsr_noise_schedule")
    close(samsr.mask_count(g["masks_tensor"]), g["mask_count"])
    close(samsr.semantic_weight(g["masks_tensor"]).squeeze(1), g["semantic_weight"])


@pytest.mark.golden
def test_the_semantic_loss_is_the_mean_squared_difference_of_counts():
    g, _ = golden("samsr_noise_schedule")
    difference = samsr.mask_count(g["masks_tensor"]) - samsr.mask_count(g["sem_masks_pred"])
    close((difference**2).mean(dim=(1, 2)), g["sem_loss_per_image"])


@pytest.mark.golden
def test_the_segmenters_view_of_a_latent_is_the_authors_within_truncation():
    g, _ = golden("samsr_noise_schedule")
    picture = samsr.latent_as_picture(g["z_for_sam"])
    assert (picture.int() - g["sam_input_uint8_hwc"].int()).abs().max() <= 1


@given(st.integers(0, 4), st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_every_pixel_lies_in_some_plane(count, height, width, seed):
    generator = torch.Generator().manual_seed(seed)
    masks = torch.randint(0, 2, (count, height, width), generator=generator).float()
    planes = samsr.stack_planes([masks])
    assert samsr.mask_count(planes).min() >= 1
    assert samsr.semantic_weight(planes).amax() == 1


def test_strength_is_the_spread_of_the_weighted_noise():
    planes = samsr.stack_planes([torch.ones(3, 200, 200)])
    noise = torch.randn(1, 4, 2, 200, 200, generator=torch.Generator().manual_seed(0))
    spread = samsr.weighted_noise(planes, noise).std()
    torch.testing.assert_close(spread, samsr.noise_strength(planes)[0, 0, 0, 0], atol=0.01, rtol=0)


def test_a_single_pixel_gives_finite_noise():
    planes = samsr.stack_planes([torch.ones(1, 1, 1)])
    assert torch.isfinite(samsr.sam_noise(planes, torch.ones(1, 2, 3, 1, 1))).all()
