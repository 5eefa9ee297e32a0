"""Stands in for diffusers on a machine without it: as much as training.judge needs."""
from diffusers.schedulers.scheduling_unclip import UnCLIPScheduler
