"""Noise, schedule and samplers: the mathematics that trainers, judges and goldens share."""
