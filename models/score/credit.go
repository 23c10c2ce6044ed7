package score

import (
	"fmt"
	"math/big"
)

// CreditRule names the profile in use and holds all profiles. A profile is base, caps and cut-offs together
// (DECISIONS 16).
type CreditRule struct {
	Profile  string                   `json:"profile"`
	Profiles map[string]CreditProfile `json:"profiles"`
}

// CreditProfile is one way to grade companies, in points.
type CreditProfile struct {
	RegistrationMax int64 `json:"registration_max"`
	QualityShare    int64 `json:"quality_share_bp"`
	GoodMax         int64 `json:"good_max"`
	AAA             int64 `json:"AAA"`
	AA              int64 `json:"AA"`
	A               int64 `json:"A"`
	B               int64 `json:"B"`
	MinMonths       int64 `json:"min_months"`
	MinTickets      int64 `json:"min_tickets"`
}

func (c CreditRule) check() error {
	if _, ok := c.Profiles[c.Profile]; !ok {
		return fmt.Errorf("credit profile %q is not there", c.Profile)
	}
	for name, p := range c.Profiles {
		falling := p.AAA > p.AA && p.AA > p.A && p.A > p.B && p.B > 0
		if !falling || !share(p.QualityShare) || p.RegistrationMax < 0 || p.GoodMax < 0 || p.MinMonths < 0 || p.MinTickets < 0 {
			return fmt.Errorf("credit profile %q: cut-offs must fall and caps must not be negative", name)
		}
	}
	return nil
}

// Grade is a company's credit grade (B-d.4).
type Grade string

// The grades.
const (
	GradeAAA         Grade = "AAA"
	GradeAA          Grade = "AA"
	GradeA           Grade = "A"
	GradeB           Grade = "B"
	GradeC           Grade = "C"
	GradeMissing     Grade = "C-missing"
	GradeProvisional Grade = "provisional"
)

// Served is one estate of a company with its area (0.01 m²), the months it was served in the year, and its S.
type Served struct {
	AreaC, Months int64
	S             *big.Rat
}

// Company is what a credit is computed from. Points are hundredths.
type Company struct {
	Estates      []Served
	Registration int64 // R, completeness of the registration
	Good         int64 // G before its cap
	Bad          int64 // P, without limit
	BadRecord    bool  // any bad item in force
	Veto         bool  // a veto item: grade C whatever the points
	NothingFiled bool  // no data after written notice
	Months       int64 // of service in scope
	Tickets      int64
	Inspections  int64
}

// Credit is the running credit of a company.
type Credit struct {
	Q, C  *big.Rat // nil where no estate was served
	Grade Grade
}

// CreditOf computes C = R + 0.6·Q + min(G, cap) − P and its grade; Q is the mean of S by area and months served.
func (r Ruleset) CreditOf(c Company) Credit {
	profile := r.Credit.Profiles[r.Credit.Profile]
	area, weighted := whole(0), whole(0)
	for _, e := range c.Estates {
		weight := whole(e.AreaC * e.Months)
		area, weighted = sum(area, weight), sum(weighted, product(weight, e.S))
	}
	credit := Credit{}
	if area.Sign() > 0 {
		credit.Q = quotient(weighted, area)
		registration := min(c.Registration, profile.RegistrationMax*100)
		points := big.NewRat(registration+min(c.Good, profile.GoodMax*100)-c.Bad, 100)
		credit.C = sum(points, product(bp(profile.QualityShare), credit.Q))
	}
	credit.Grade = profile.grade(c, credit.C)
	return credit
}

func (p CreditProfile) grade(c Company, points *big.Rat) Grade {
	reaches := func(cut int64) bool { return points.Cmp(whole(cut)) >= 0 }
	switch {
	case c.Veto:
		return GradeC
	case c.NothingFiled:
		return GradeMissing
	case points == nil || c.Months < p.MinMonths || c.Tickets < p.MinTickets && c.Inspections == 0:
		return GradeProvisional
	case reaches(p.AAA):
		return GradeAAA
	case reaches(p.AA):
		return GradeAA
	case reaches(p.A):
		return GradeA
	case reaches(p.B) || !c.BadRecord:
		return GradeB
	}
	return GradeC
}
