"""The closed forms that the simulator contains: what it must give with every mechanism off.

With a contract it is the shifted beta-geometric (Fader and Hardie 2007), without one BG/NBD
(Fader, Hardie and Lee 2005). Gamma-gamma (Fader, Hardie and Lee 2005b) describes what orders are worth;
the simulator draws prices log-normally instead, so that it is a yardstick beside it. All are fitted by
maximum likelihood.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """Churn at each renewal with a probability that is beta-distributed over customers.

    Parameters
    ----------
    alpha, beta
        Parameters of the beta distribution, above 0.
    log_likelihood
        Of the data it was fitted to; NaN if it was not fitted.
    """

    alpha: float
    beta: float
    log_likelihood: float = float("nan")

    def survival(self, periods: int) -> Floats:
        """Return the share still under contract after 0, 1, …, `periods` renewals."""
        past = np.arange(periods + 1)
        logs = special.betaln(self.alpha, self.beta + past) - special.betaln(self.alpha, self.beta)
        return np.asarray(np.exp(logs))

    def retention(self, periods: int) -> Floats:
        """Return the retention rate at renewals 1, …, `periods`; it rises by sorting alone."""
        number = np.arange(1, periods + 1)
        return np.asarray((self.beta + number - 1) / (self.alpha + self.beta + number - 1))


def fit_shifted_beta_geometric(survivors: Floats) -> ShiftedBetaGeometric:
    """Fit the shifted beta-geometric to a survival table.

    Parameters
    ----------
    survivors
        Number of customers (or any multiple of it) at the start and after each renewal; it must
        not rise.

    Returns
    -------
    ShiftedBetaGeometric
        With the log-likelihood in the unit of `survivors`.
    """
    counts = np.asarray(survivors, dtype=np.float64)
    lost, left = counts[:-1] - counts[1:], counts[-1]

    def negative(logs: Floats) -> float:
        survival = ShiftedBetaGeometric(*np.exp(logs)).survival(len(lost))
        chances = np.maximum(survival[:-1] - survival[1:], 1e-300)
        return -float(lost @ np.log(chances) + left * np.log(max(survival[-1], 1e-300)))

    found = optimize.minimize(
        negative, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10}
    )
    alpha, beta = np.exp(found.x)
    return ShiftedBetaGeometric(float(alpha), float(beta), -float(found.fun))


@dataclass(frozen=True)
class BetaGeometricNbd:
    """Poisson orders at a gamma-distributed rate; after each a beta-distributed chance to drop out.

    Parameters
    ----------
    r, alpha
        Shape and rate of the gamma distribution of orders per unit of time.
    a, b
        Parameters of the beta distribution of dropping out after an order.
    log_likelihood
        Of the data it was fitted to; NaN if it was not fitted.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")

    def expected_orders(self, time: float) -> float:
        """Return the expected number of repeat orders of a new customer up to a time."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        decay = (alpha / (alpha + time)) ** r
        series = special.hyp2f1(r, b, a + b - 1.0, time / (alpha + time))
        return float((a + b - 1.0) / (a - 1.0) * (1.0 - decay * series))

    def order_shares(self, time: float, most: int) -> Floats:
        """Return the shares of customers with 0, 1, …, `most` repeat orders up to a time."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        share = time / (alpha + time)
        staying = [
            np.exp(
                special.betaln(a, b + count)
                - special.betaln(a, b)
                + special.gammaln(r + count)
                - special.gammaln(r)
                - special.gammaln(count + 1)
                + r * np.log1p(-share)
                + count * np.log(share)
            )
            for count in range(most + 1)
        ]
        poisson = [
            np.exp(
                special.gammaln(r + count)
                - special.gammaln(r)
                - special.gammaln(count + 1)
                + count * np.log(share)
            )
            for count in range(most + 1)
        ]
        shares = []
        for count in range(most + 1):
            reached = 1.0 - (1.0 - share) ** r * sum(
                poisson[:count]
            )  # at least `count` orders without dropout
            leaving = (
                np.exp(special.betaln(a + 1, b + count - 1) - special.betaln(a, b)) if count > 0 else 0.0
            )
            shares.append(staying[count] + leaving * reached)
        return np.array(shares)

    def forecast_orders(self, orders: Floats, last: Floats, age: Floats, time: float) -> Floats:
        """Return the expected number of orders of each customer in a time to come, given the past.

        Equation 10 of Fader, Hardie and Lee 2005.

        Parameters
        ----------
        orders
            Repeat orders so far.
        last
            Time of the last of them, 0 if there is none.
        age
            Time since the first order.
        time
            Length of the time to come.
        """
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        base = alpha + age
        decay = (base / (base + time)) ** (r + orders)
        series = special.hyp2f1(r + orders, b + orders, a + b + orders - 1.0, time / (base + time))
        ahead = (a + b + orders - 1.0) / (a - 1.0) * (1.0 - decay * series)
        odds = a / (b + np.maximum(orders, 1.0) - 1.0) * (base / (alpha + last)) ** (r + orders)
        return np.asarray(ahead / (1.0 + np.where(orders > 0, odds, 0.0)))

    def individual_log_likelihood(self, orders: Floats, last: Floats, age: Floats) -> Floats:
        """Return the log-likelihood of each customer.

        Parameters
        ----------
        orders
            Repeat orders.
        last
            Time of the last of them, 0 if there is none.
        age
            Time since the first order.
        """
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        common = special.gammaln(r + orders) - special.gammaln(r) + r * np.log(alpha)
        alive = special.betaln(a, b + orders) - special.betaln(a, b) - (r + orders) * np.log(alpha + age)
        gone = (
            special.betaln(a + 1.0, b + np.maximum(orders, 1.0) - 1.0)
            - special.betaln(a, b)
            - (r + orders) * np.log(alpha + last)
        )
        gone = np.where(orders > 0, gone, -np.inf)
        return np.asarray(common + np.logaddexp(alive, gone))


def fit_bg_nbd(orders: Floats, last: Floats, age: Floats) -> BetaGeometricNbd:
    """Fit BG/NBD to customers' numbers of repeat orders, times of the last one and ages."""
    table, weights = np.unique(np.column_stack([orders, last, age]), axis=0, return_counts=True)
    columns = table[:, 0], table[:, 1], table[:, 2]

    customers = float(weights.sum())

    def negative(logs: Floats) -> float:
        model = BetaGeometricNbd(*np.exp(np.clip(logs, -12.0, 12.0)))
        value = -float(weights @ model.individual_log_likelihood(*columns)) / customers
        return value if np.isfinite(value) else 1e300

    # The likelihood has a ridge towards "nobody drops out"; the best of several starts is off it.
    typical = float(np.mean(age)) / (float(np.mean(orders)) + 0.5)
    starts = [np.log([r, r * typical, a, b]) for r in (0.3, 1.0, 3.0) for a, b in ((0.5, 2.0), (1.0, 10.0))]
    rough = [optimize.minimize(negative, start, method="L-BFGS-B") for start in starts]
    best = optimize.minimize(
        negative,
        min(rough, key=lambda found: float(found.fun)).x,
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-12, "maxiter": 4000},
    )
    r, alpha, a, b = np.exp(best.x)
    return BetaGeometricNbd(float(r), float(alpha), float(a), float(b), -float(best.fun) * customers)


@dataclass(frozen=True)
class GammaGamma:
    """Order values that are gamma-distributed within a customer, around means that differ as well.

    Fader, Hardie and Lee (2005): RFM and CLV: using iso-value curves for customer base analysis. Journal of
    Marketing Research 42(4), 415-430. What a customer spends is independent of how often.

    Parameters
    ----------
    p
        Shape of the gamma distribution of a customer's order values.
    q, v
        Shape and rate of the gamma distribution that its rate is drawn from.
    log_likelihood
        Of the data it was fitted to; NaN if it was not fitted.
    """

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")

    @property
    def mean(self) -> float:
        """Return the mean order value over customers; infinite where q is at most 1."""
        return self.p * self.v / (self.q - 1.0) if self.q > 1.0 else float("inf")

    def expected_value(self, orders: Floats, mean: Floats) -> Floats:
        """Return the expected mean order value of customers with some orders of some mean value so far."""
        p, q, v = self.p, self.q, self.v
        return np.asarray(p * (v + orders * mean) / (p * orders + q - 1.0))

    def individual_log_likelihood(self, orders: Floats, mean: Floats) -> Floats:
        """Return the log-likelihood of each customer.

        Parameters
        ----------
        orders
            Number of orders that the mean is of, at least 1.
        mean
            Mean value of these orders, above 0.
        """
        p, q, v = self.p, self.q, self.v
        shape = p * orders
        return np.asarray(
            special.gammaln(shape + q)
            - special.gammaln(shape)
            - special.gammaln(q)
            + q * np.log(v)
            + (shape - 1.0) * np.log(mean)
            + shape * np.log(orders)
            - (shape + q) * np.log(v + orders * mean)
        )


def fit_gamma_gamma(orders: Floats, mean: Floats) -> GammaGamma:
    """Fit gamma-gamma to customers' numbers of orders and their mean values."""
    typical = float(np.mean(mean))
    scaled = np.asarray(mean, dtype=np.float64) / typical
    customers = float(len(scaled))

    def negative(logs: Floats) -> float:
        model = GammaGamma(*np.exp(np.clip(logs, -12.0, 12.0)))
        value = -float(model.individual_log_likelihood(orders, scaled).sum()) / customers
        return value if np.isfinite(value) else 1e300

    best = optimize.minimize(
        negative,
        np.log([4.0, 4.0, 1.0]),
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-12, "maxiter": 4000},
    )
    p, q, v = np.exp(best.x)
    # The density of the value itself: that of the scaled one over the scale, customer by customer.
    likelihood = -float(best.fun) * customers - customers * np.log(typical)
    return GammaGamma(float(p), float(q), float(v) * typical, float(likelihood))
