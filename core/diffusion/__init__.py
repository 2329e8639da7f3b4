"""The mathematics of residual-shifting diffusion: schedules, noise, samplers, consistency."""
