package score

import "math/big"

// Part is one part of S, 0 to 100 points; Value is nil when there is none of the last twelve months.
type Part struct {
	Name   PartName
	Weight int64
	Value  *big.Rat
}

// Estate is the score S with what it was made of.
type Estate struct {
	S           *big.Rat // nil only when there is no part at all
	Parts       []Part
	Weight      int64 // of the parts there are
	Provisional bool  // too little weight: no rank
}

// EstateScore adds the parts by their weights. A missing part is dropped and the others count for more; below a weight
// of 70 the score is provisional (B-d.3).
func (r Ruleset) EstateScore(values map[PartName]*big.Rat) Estate {
	e := Estate{}
	total := whole(0)
	for _, name := range PartNames {
		part := Part{Name: name, Weight: r.Parts[name], Value: values[name]}
		e.Parts = append(e.Parts, part)
		if part.Value != nil {
			total = sum(total, product(whole(part.Weight), part.Value))
			e.Weight += part.Weight
		}
	}
	if e.Weight > 0 {
		e.S = quotient(total, whole(e.Weight))
	}
	e.Provisional = e.Weight < r.ProvisionalBelow
	return e
}

// BandOf is the word for a score; it compares the exact value, so 84.995 is "good" though it is shown as 85.00.
func (r Ruleset) BandOf(s *big.Rat) Band {
	switch {
	case s.Cmp(whole(r.Bands.Excellent)) >= 0:
		return Excellent
	case s.Cmp(whole(r.Bands.Good)) >= 0:
		return Good
	case s.Cmp(whole(r.Bands.Pass)) >= 0:
		return Pass
	}
	return Fail
}
