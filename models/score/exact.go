package score

import (
	"math/big"
	"slices"
	"strings"
)

// Everything inside is an exact fraction. It is rounded once, half up, when it is published.

func whole(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// bp reads basis points as a fraction.
func bp(n int64) *big.Rat { return big.NewRat(n, 10000) }

func sum(a, b *big.Rat) *big.Rat { return new(big.Rat).Add(a, b) }

func difference(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

func product(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

func quotient(a, b *big.Rat) *big.Rat { return new(big.Rat).Quo(a, b) }

// roundHalfUp rounds to a whole number; exactly one half goes towards plus infinity.
func roundHalfUp(x *big.Rat) int64 {
	shifted := sum(x, big.NewRat(1, 2))
	return floor(shifted)
}

func floor(x *big.Rat) int64 { return new(big.Int).Div(x.Num(), x.Denom()).Int64() } // Div is Euclidean, Denom is positive

func ceiling(x *big.Rat) int64 { return -floor(new(big.Rat).Neg(x)) }

// BasisPoints publishes a share between 0 and 1: 0.83565 becomes 8357.
func BasisPoints(x *big.Rat) int64 { return roundHalfUp(product(x, whole(10000))) }

// Hundredths publishes points between 0 and 100: 85.475 becomes 8548.
func Hundredths(x *big.Rat) int64 { return roundHalfUp(product(x, whole(100))) }

// Exact writes a fraction without loss: as a decimal where there is one ("24.5"), else as "13/15".
func Exact(x *big.Rat) string {
	digits, exact := x.FloatPrec()
	if !exact {
		return x.RatString()
	}
	return x.FloatString(digits)
}

// ReadExact reads what Exact wrote.
func ReadExact(s string) (*big.Rat, bool) {
	if len(s) > 200 || strings.ContainsAny(s, "eEpPxX_ ") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// Median is the middle of values, half up between two of them; false when there are none.
func Median(values []int64) (int64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle], true
	}
	return roundHalfUp(big.NewRat(sorted[middle-1]+sorted[middle], 2)), true
}
