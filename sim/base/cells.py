"""Changing cells of a lever: what a day's levers are made of, 20 policies on 5,000 edges at a time."""

from .forms import kernel


@kernel
def set_cells(flat, cells, share, value):
    """Bring cells of a flat array so much of the way to a value; `share` 1 is all of it. In place."""
    for cell in cells:
        flat[cell] += share * (value - flat[cell])


@kernel
def scale_cells(flat, cells, factor):
    """Multiply cells of a flat array by a factor. In place."""
    for cell in cells:
        flat[cell] *= factor


@kernel
def raise_cells(flat, cells, amount):
    """Add an amount to cells of a flat array. In place."""
    for cell in cells:
        flat[cell] += amount
