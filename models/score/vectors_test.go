package score

import (
	"math/big"
	"testing"
)

func rules(t testing.TB) Ruleset {
	t.Helper()
	r, err := ParseRuleset(FirstRuleset())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func decimal(t testing.TB, s string) *big.Rat {
	t.Helper()
	x, ok := ReadExact(s)
	if !ok {
		t.Fatalf("%q is not a number", s)
	}
	return x
}

// FIELD B-d.6, first list.
func TestShrinkVectors(t *testing.T) {
	for _, v := range []struct {
		x, n string
		want int64
	}{{"0", "0", 8500}, {"3", "3", 8846}, {"1", "3", 7308}, {"45", "50", 8917}, {"190", "200", 9452}} {
		got := BasisPoints(Shrink(decimal(t, v.x), decimal(t, v.n), bp(8500), 10))
		if got != v.want {
			t.Errorf("shrink(%s, %s) = %d, want %d", v.x, v.n, got, v.want)
		}
	}
}

// FIELD B-d.6, second list, through the same sums that a real estate goes through.
func TestEstateVector(t *testing.T) {
	r := rules(t)
	total := whole(0)
	for _, v := range []struct {
		rate Rate
		x, n string
		want int64
	}{{Response, "27", "30", 9000}, {Resolution, "24.5", "30", 8125}, {Satisfaction, "9.6", "12", 8000}} {
		rule := r.Rates[v.rate]
		shrunk := Shrink(decimal(t, v.x), decimal(t, v.n), bp(rule.P0), rule.K)
		if BasisPoints(shrunk) != v.want {
			t.Errorf("%s = %d, want %d", v.rate, BasisPoints(shrunk), v.want)
		}
		total = sum(total, RateResult{Weight: rule.Weight, Shrunk: shrunk}.Points())
	}
	if Hundredths(total) != 8344 {
		t.Errorf("T = %d, want 8344", Hundredths(total))
	}
	parts := map[PartName]*big.Rat{PartComplaints: total, PartFourHaves: whole(88), PartInspections: whole(82), PartDisclosure: whole(100), PartSurvey: whole(78)}
	all := r.EstateScore(parts)
	if Exact(all.S) != "85.475" || Hundredths(all.S) != 8548 || all.Provisional || r.BandOf(all.S) != Excellent {
		t.Errorf("S = %s shown %d, provisional %v", Exact(all.S), Hundredths(all.S), all.Provisional)
	}
	delete(parts, PartSurvey)
	without := r.EstateScore(parts)
	if Hundredths(without.S) != 8631 || without.Weight != 90 || without.Provisional {
		t.Errorf("without the survey S = %d by weight %d, want 8631 by 90", Hundredths(without.S), without.Weight)
	}
	only := r.EstateScore(map[PartName]*big.Rat{PartComplaints: total})
	if !only.Provisional || only.S.Cmp(total) != 0 {
		t.Error("complaints alone weigh 40: the score must be provisional and equal T")
	}
	if none := r.EstateScore(nil); none.S != nil || !none.Provisional {
		t.Error("no part, no score")
	}
}

// FIELD B-d.6, third list, and the other ways to a grade.
func TestCompanyVector(t *testing.T) {
	r := rules(t)
	company := Company{
		Estates:      []Served{{AreaC: 5_200_000, Months: 12, S: decimal(t, "84.31")}, {AreaC: 1_800_000, Months: 12, S: decimal(t, "71.20")}},
		Registration: 2000, Good: 600, Bad: 300, BadRecord: true, Months: 12, Tickets: 40,
	}
	credit := r.CreditOf(company)
	if Hundredths(credit.Q) != 8094 || Hundredths(credit.C) != 7156 || credit.Grade != GradeA {
		t.Fatalf("Q %d, C %d, grade %s; want 8094, 7156, A", Hundredths(credit.Q), Hundredths(credit.C), credit.Grade)
	}
	change := func(f func(*Company)) Company {
		c := company
		f(&c)
		return c
	}
	for name, v := range map[string]struct {
		c    Company
		want Grade
	}{
		"good items are capped": {change(func(c *Company) { c.Good = 90_00 }), GradeAAA}, // 20+48.56+20-3 = 85.56
		"veto":                  {change(func(c *Company) { c.Veto = true; c.Good = 9000 }), GradeC},
		"nothing filed":         {change(func(c *Company) { c.NothingFiled = true }), GradeMissing},
		"too short":             {change(func(c *Company) { c.Months = 2 }), GradeProvisional},
		"too few tickets":       {change(func(c *Company) { c.Tickets = 9 }), GradeProvisional},
		"inspected instead":     {change(func(c *Company) { c.Tickets = 0; c.Inspections = 1 }), GradeA},
		"low with bad record":   {change(func(c *Company) { c.Bad = 2000 }), GradeC},
		"low without":           {change(func(c *Company) { c.Registration, c.Good, c.Bad, c.BadRecord = 0, 0, 0, false }), GradeB},
		"no estate":             {change(func(c *Company) { c.Estates = nil }), GradeProvisional},
	} {
		if got := r.CreditOf(v.c); got.Grade != v.want {
			t.Errorf("%s: grade %s, want %s", name, got.Grade, v.want)
		}
	}
	if c := r.CreditOf(change(func(c *Company) { c.Good = 90_00 })).C; Hundredths(c) != 8556 {
		t.Errorf("capped C = %d, want 8556", Hundredths(c))
	}
}

// A band compares the exact value: 84.996 is shown as 85.00 and is still "good".
func TestBandsCompareExactly(t *testing.T) {
	r := rules(t)
	for s, want := range map[string]Band{"85": Excellent, "84.996": Good, "75": Good, "74.999999": Pass, "60": Pass, "59.9999": Fail, "0": Fail} {
		if got := r.BandOf(decimal(t, s)); got != want {
			t.Errorf("band of %s = %s, want %s", s, got, want)
		}
	}
	if Hundredths(decimal(t, "84.996")) != 8500 {
		t.Error("84.996 is published as 85.00")
	}
}

func TestRoundingIsHalfUpOnce(t *testing.T) {
	for s, want := range map[string]int64{"0.00005": 1, "0.000049999": 0, "0.83565": 8357, "1": 10000} {
		if got := BasisPoints(decimal(t, s)); got != want {
			t.Errorf("%s → %d, want %d", s, got, want)
		}
	}
	if roundHalfUp(big.NewRat(-1, 2)) != 0 || roundHalfUp(big.NewRat(-3, 4)) != -1 {
		t.Error("half up means towards plus infinity")
	}
	for _, s := range []string{"24.5", "13/15", "0", "12.25"} {
		if Exact(decimal(t, s)) != s {
			t.Errorf("%s is written %s", s, Exact(decimal(t, s)))
		}
	}
}

// Wilson's interval, checked against the published closed form on known cases (rounded outwards).
func TestWilson(t *testing.T) {
	for _, v := range []struct {
		x, n      string
		low, high int64
	}{{"0", "0", 0, 10000}, {"0", "10", 0, 2776}, {"10", "10", 7224, 10000}, {"27", "30", 7437, 9655}, {"5", "10", 2365, 7635}} {
		got := Wilson(decimal(t, v.x), decimal(t, v.n))
		if got.Low != v.low || got.High != v.high {
			t.Errorf("wilson(%s, %s) = %+v, want %d to %d", v.x, v.n, got, v.low, v.high)
		}
	}
}

func TestMedian(t *testing.T) {
	if _, ok := Median(nil); ok {
		t.Error("nothing has no median")
	}
	if m, _ := Median([]int64{9, 1, 5}); m != 5 {
		t.Error("odd")
	}
	if m, _ := Median([]int64{4, 1, 8, 5}); m != 5 {
		t.Error("4.5 goes up to 5")
	}
}
