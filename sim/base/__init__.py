"""What everything rests on: codes, parameters, levers, random numbers, the clock, kernels' form, files, errors."""
