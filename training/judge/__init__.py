"""What models can do, in figures: `pack`, `clip`, `upsampler` and `classifier` judge, `diffusers_speed` times."""
