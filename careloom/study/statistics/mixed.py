"""Mixed: a linear model with any number of crossed random groups, and how many degrees of freedom each of its effects has.

Takes    values, a matrix of fixed effects, and for each random effect its columns (one a group)
Gives    the fixed effects, their covariance, and the variance of each random effect by restricted maximum likelihood (REML)
Never    says an interval from the normal distribution: few groups give few degrees of freedom (Satterthwaite)

Source   REML: Patterson & Thompson 1971, Biometrika 58:545-554; crossed random effects: Baayen, Davidson & Bates 2008, J Mem Lang 59:390-412;
         degrees of freedom: Satterthwaite 1946, Biometrics Bull 2:110-114, as in Giesbrecht & Burns 1985, Biometrics 41:477-486
Misses   that the variances are estimated (Kenward & Roger 1997 add to the covariance for it): with fewer than 8 groups take fixed effects for them
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A matrix of so many rows squared is still computed with in seconds.
MOST = 2_500


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fixed effects (`beta`) with their covariance, the residual variance, and that of each random effect in the order given."""

    beta: "NDArray[Any]"
    covariance: "NDArray[Any]"
    residual: float
    random: tuple[float, ...]
    # d covariance / d variance for each variance that isn't 0, and the covariance of these variances.
    slopes: tuple["NDArray[Any]", ...]
    uncertainty: "NDArray[Any]"

    def error(self, contrast: Sequence[float]) -> float:
        """The standard error of a sum of fixed effects with these weights."""
        return sqrt(self.covariance_of(contrast))

    def covariance_of(self, contrast: Sequence[float]) -> float:
        """The variance of a sum of fixed effects with these weights."""
        import numpy as np

        weights = np.asarray(contrast, float)
        return float(weights @ self.covariance @ weights)

    def freedom(self, contrast: Sequence[float]) -> float:
        """Satterthwaite's degrees of freedom of that sum."""
        import numpy as np

        weights = np.asarray(contrast, float)
        slope = np.array([weights @ one @ weights for one in self.slopes])
        return float(2 * self.covariance_of(contrast) ** 2 / (slope @ self.uncertainty @ slope))


def fitted(values: "NDArray[Any]", fixed: "NDArray[Any]", random: Sequence["NDArray[Any]"] = ()) -> Fitted:
    """Fit values (n) = fixed (n x p) @ beta + sum of random (n x groups) @ normal deviates + residual. No random effects: least squares.

    Raises ValueError where the fixed effects can't be told apart, or n exceeds MOST.
    """
    import numpy as np
    from scipy.optimize import minimize

    rows, columns = fixed.shape
    if rows > MOST and random:
        raise ValueError(f"more than {MOST} rows")
    if np.linalg.matrix_rank(fixed) < columns or rows <= columns:
        raise ValueError("the fixed effects can't be told apart")
    kernels = [one @ one.T for one in random]
    ratios = np.zeros(len(kernels))
    if kernels:
        # Ratios of variances to the residual variance, as squares: the search never leaves what is possible, and 0 is within it.
        starts = ([0.5] * len(kernels), [0.05] * len(kernels))
        found = min(
            (minimize(_deviance, start, (values, fixed, kernels), method="L-BFGS-B") for start in starts),
            key=lambda one: float(one.fun),
        )
        ratios = np.where(found.x**2 < 1e-6, 0.0, found.x**2)
    return _described(values, fixed, kernels, ratios)


def _deviance(
    roots: "NDArray[Any]", values: "NDArray[Any]", fixed: "NDArray[Any]", kernels: Sequence["NDArray[Any]"]
) -> float:
    """-2 log restricted likelihood with the residual variance at its best, up to a constant."""
    import numpy as np
    from scipy.linalg import solve_triangular

    rows, columns = fixed.shape
    whole = np.eye(rows) + sum(root**2 * kernel for root, kernel in zip(roots, kernels, strict=True))
    lower = np.linalg.cholesky(whole)
    both = solve_triangular(lower, np.column_stack([fixed, values]), lower=True)
    orthogonal, upper = np.linalg.qr(both[:, :columns])
    left = both[:, columns] - orthogonal @ (orthogonal.T @ both[:, columns])
    return float(
        2 * np.log(np.diag(lower)).sum()
        + 2 * np.log(np.abs(np.diag(upper))).sum()
        + (rows - columns) * np.log(max(left @ left, 1e-300))
    )


def _described(
    values: "NDArray[Any]", fixed: "NDArray[Any]", kernels: Sequence["NDArray[Any]"], ratios: "NDArray[Any]"
) -> Fitted:
    import numpy as np

    rows, columns = fixed.shape
    if not kernels or not ratios.any():
        return _least_squares(values, fixed, len(kernels))
    whole = np.eye(rows) + sum(ratio * kernel for ratio, kernel in zip(ratios, kernels, strict=True))
    inverse = np.linalg.inv(whole)
    weighted = inverse @ fixed
    core = np.linalg.inv(fixed.T @ weighted)
    beta = core @ (weighted.T @ values)
    residual = float((values - fixed @ beta) @ inverse @ (values - fixed @ beta)) / (rows - columns)
    covariance = core * residual
    projected = (inverse - weighted @ core @ weighted.T) / residual
    parts = [np.eye(rows), *(kernel for ratio, kernel in zip(ratios, kernels, strict=True) if ratio)]
    scaled = weighted / residual
    slopes = tuple(covariance @ (scaled.T @ part @ scaled) @ covariance for part in parts)
    moved = [projected @ part for part in parts]
    information = np.array([[0.5 * (one * other.T).sum() for other in moved] for one in moved])
    return Fitted(beta, covariance, residual, tuple(residual * ratios), slopes, np.linalg.inv(information))


def _least_squares(values: "NDArray[Any]", fixed: "NDArray[Any]", randoms: int) -> Fitted:
    import numpy as np

    rows, columns = fixed.shape
    core = np.linalg.inv(fixed.T @ fixed)
    beta = core @ (fixed.T @ values)
    left = values - fixed @ beta
    residual = float(left @ left) / (rows - columns)
    return Fitted(
        beta,
        core * residual,
        residual,
        (0.0,) * randoms,
        (core,),
        np.array([[2 * residual**2 / (rows - columns)]]),
    )
