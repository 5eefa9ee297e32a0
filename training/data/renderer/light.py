"""The light of each time of day. Colours are linear RGB."""

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Light:
    """Sun (or moon) and sky."""

    sun: Colour  # radiance of a white surface that faces the sun
    ambient: Colour  # radiance of a white surface under the open sky
    horizon: Colour  # of the sky, and of the haze far away
    zenith: Colour
    cloud_cover: float  # share of the sky's colour that the thickest cloud replaces, 0 for a sky with stars and a moon
    cloud: Colour
    elevation: float  # of the sun above the horizon, radians
    sharpness: float  # of cast shadows: the higher, the narrower the penumbra


LIGHTS = {
    "day": Light(
        sun=(1.95, 1.86, 1.70), ambient=(0.40, 0.50, 0.66), horizon=(0.72, 0.86, 0.98), zenith=(0.10, 0.33, 0.80),
        cloud_cover=0.55, cloud=(1.0, 1.0, 1.0), elevation=0.85, sharpness=11.0,
    ),
    "sunset": Light(
        sun=(2.00, 1.22, 0.72), ambient=(0.42, 0.33, 0.44), horizon=(1.00, 0.48, 0.14), zenith=(0.42, 0.14, 0.34),
        cloud_cover=0.35, cloud=(1.0, 0.52, 0.38), elevation=0.42, sharpness=8.0,
    ),
    "night": Light(
        sun=(0.72, 0.75, 0.90), ambient=(0.12, 0.15, 0.26), horizon=(0.055, 0.085, 0.20), zenith=(0.006, 0.010, 0.045),
        cloud_cover=0.0, cloud=(0.0, 0.0, 0.0), elevation=0.75, sharpness=7.0,
    ),
}  # fmt: skip
