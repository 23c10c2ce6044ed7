package score

import "math/big"

// Shrink pulls the rate x of n towards p0 as if k more cases at p0 had been seen (B-d.2).
func Shrink(x, n *big.Rat, p0 *big.Rat, k int64) *big.Rat {
	return quotient(sum(x, product(p0, whole(k))), sum(n, whole(k)))
}

// IntervalMethod names the only interval this program shows: Wilson's at 95 %, in whole numbers.
const IntervalMethod = "wilson_95"

// z is 1.96, the normal distribution's two-sided 95 %, as a fraction.
var z = big.NewRat(49, 25)

// Interval is a range in basis points.
type Interval struct {
	Low  int64 `json:"low"`
	High int64 `json:"high"`
}

// Wilson is the 95 % score interval of x of n in basis points, rounded outwards:
// (x + z²/2 ± z·√(x(n−x)/n + z²/4)) / (n + z²). The root is an integer root of a value scaled by 10^16, so every
// machine gets the same two numbers. Without cases the range is everything. Where single values lie between 0 and 1
// it is wider than it need be, never narrower.
func Wilson(x, n *big.Rat) Interval {
	if n.Sign() <= 0 {
		return Interval{Low: 0, High: 10000}
	}
	z2 := product(z, z)
	spread := sum(quotient(product(x, difference(n, x)), n), product(z2, big.NewRat(1, 4)))
	half := product(z, root(spread))
	middle, size := sum(x, product(z2, big.NewRat(1, 2))), sum(n, z2)
	low := quotient(difference(middle, half), size)
	high := quotient(sum(middle, half), size)
	return Interval{
		Low:  max(0, floor(product(low, whole(10000)))),
		High: min(10000, ceiling(product(high, whole(10000)))),
	}
}

// root is the square root of x, cut to eight decimals.
func root(x *big.Rat) *big.Rat {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(16), nil)
	scaled := new(big.Int).Mul(x.Num(), scale)
	scaled.Div(scaled, x.Denom())
	return new(big.Rat).SetFrac(scaled.Sqrt(scaled), big.NewInt(100_000_000))
}
