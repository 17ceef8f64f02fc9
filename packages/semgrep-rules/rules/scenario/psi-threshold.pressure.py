# Pounds per square inch.
def is_flat(tyre) -> bool:
    return tyre.psi < 0.3
