package place

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"linli/models"
)

// at is a moment in Shanghai.
func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, models.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

// shift reads "08:00-20:00 1234567 2026-11-01..2026-12-01 name", a deputy with a star before the name.
func shift(t *testing.T, text string) DutyShift {
	t.Helper()
	var hours, days, valid, name string
	if n, err := fmt.Sscan(text, &hours, &days, &valid, &name); n != 4 {
		t.Fatalf("%q: %v", text, err)
	}
	s := DutyShift{FromTime: hours[:5], ToTime: hours[6:], Weekdays: days, ValidFrom: models.Date(valid[:10]), Name: name}
	if len(valid) == 22 {
		s.ValidTo = models.Date(valid[12:])
	}
	if name[0] == '*' {
		s.Deputy, s.Name = true, name[1:]
	}
	return s
}

func shifts(t *testing.T, texts []string) (all []DutyShift) {
	for _, text := range texts {
		all = append(all, shift(t, text))
	}
	return all
}

func TestDutyGaps(t *testing.T) {
	for name, c := range map[string]struct {
		now    string
		roster []string
		want   []string // "from to" in Shanghai
	}{
		"nobody":               {"2026-11-26 10:00", nil, []string{"2026-11-26 10:00 2026-12-10 10:00"}},
		"one who never sleeps": {"2026-11-26 10:00", []string{"00:00-00:00 1234567 2026-01-01.. a"}, nil},
		"day and night":        {"2026-11-26 10:00", []string{"08:00-20:00 1234567 2026-01-01.. a", "20:00-08:00 1234567 2026-01-01.. b"}, nil},
		"at three in the night yesterday's shift runs":               {"2026-11-26 03:00", []string{"08:00-20:00 1234567 2026-01-01.. a", "20:00-08:00 1234567 2026-01-01.. b"}, nil},
		"begins this very day, so nobody has the rest of last night": {"2026-11-26 03:00", []string{"08:00-20:00 1234567 2026-11-26.. a", "20:00-08:00 1234567 2026-11-26.. b"}, []string{"2026-11-26 03:00 2026-11-26 08:00"}},
		"the night before the last day ends with the morning": {"2026-11-26 10:00", []string{"08:00-20:00 1234567 2026-01-01.. a", "20:00-08:00 1234567 2026-01-01..2026-12-01 b", "20:00-08:00 1234567 2026-12-02.. b"},
			[]string{"2026-12-01 20:00 2026-12-02 08:00"}},
		"no Sunday night (29 November is a Sunday)": {"2026-11-26 10:00", []string{"08:00-20:00 1234567 2026-01-01.. a", "20:00-08:00 123456 2026-01-01.. b"},
			[]string{"2026-11-29 20:00 2026-11-30 08:00", "2026-12-06 20:00 2026-12-07 08:00"}},
		"one minute in the evening": {"2026-11-26 19:59", []string{"08:00-20:00 1234567 2026-01-01.. a", "20:01-08:00 1234567 2026-01-01..2026-11-28 b", "20:00-08:00 1234567 2026-11-28.. b"},
			[]string{"2026-11-26 20:00 2026-11-26 20:01", "2026-11-27 20:00 2026-11-27 20:01"}},
		"overlaps are no fault":        {"2026-11-26 10:00", []string{"07:00-21:00 1234567 2026-01-01.. a", "19:00-09:00 1234567 2026-01-01.. b", "12:00-13:00 1234567 2026-01-01.. c"}, nil},
		"a long one covers short ones": {"2026-11-26 10:00", []string{"08:00-08:00 1234567 2026-01-01.. a", "09:00-10:00 1234567 2026-01-01.. b"}, nil},
		"a deputy fills no gap": {"2026-11-26 10:00", []string{"08:00-20:00 1234567 2026-01-01..2026-11-27 a", "20:00-08:00 1234567 2026-01-01..2026-11-27 a", "00:00-00:00 1234567 2026-01-01.. *b"},
			[]string{"2026-11-27 08:00 2026-12-10 10:00"}},
		"valid until after the fortnight": {"2026-11-26 10:00", []string{"00:00-00:00 1234567 2026-01-01..2026-12-11 a"}, nil},
		"ends on the last day of it":      {"2026-11-26 10:00", []string{"00:00-00:00 1234567 2026-01-01..2026-12-10 a"}, []string{"2026-12-10 00:00 2026-12-10 10:00"}},
		"over the end of the year":        {"2026-12-25 10:00", []string{"00:00-00:00 1234567 2026-01-01..2027-01-01 a", "00:00-00:00 1234567 2027-01-02.. a"}, []string{"2027-01-01 00:00 2027-01-02 00:00"}},
		"a bad clock covers nothing":      {"2026-11-26 10:00", []string{"25:00-08:00 1234567 2026-01-01.. a"}, []string{"2026-11-26 10:00 2026-12-10 10:00"}},
	} {
		var got []string
		for _, g := range DutyGaps(shifts(t, c.roster), at(c.now), 14) {
			got = append(got, minute(g.From)+" "+minute(g.To))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestOnDuty(t *testing.T) {
	roster := shifts(t, []string{
		"08:00-20:00 12345 2026-01-01.. day", "09:00-21:00 67 2026-01-01.. weekend", "20:00-08:00 1234567 2026-01-01.. night", "18:00-22:00 1234567 2026-01-01.. evening",
		"00:00-00:00 1234567 2026-01-01.. *deputy", "08:00-20:00 1234567 2026-12-01..2026-12-02 extra",
	})
	for now, want := range map[string]string{
		"2026-11-26 07:59": "[night] [deputy]", // a Thursday
		"2026-11-26 08:00": "[day] [deputy]",
		"2026-11-26 18:00": "[evening day] [deputy]",
		"2026-11-26 20:00": "[night evening] [deputy]",
		"2026-11-27 00:00": "[night] [deputy]",
		"2026-11-28 08:30": "[] [deputy]", // a Saturday: half an hour with nobody
		"2026-11-28 20:30": "[night evening weekend] [deputy]",
		"2026-12-01 10:00": "[day extra] [deputy]",
		"2026-12-02 10:00": "[day] [deputy]",
	} {
		duty, deputies := OnDuty(roster, at(now))
		names := func(list []DutyShift) (names []string) {
			for _, s := range list {
				names = append(names, s.Name)
			}
			return names
		}
		if got := fmt.Sprint(names(duty), names(deputies)); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}

// In rosters of every kind, nobody has duty at a moment of the next days exactly where a gap is told.
func TestGapsAreWhereNobodyIsOnDuty(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 4))
	clock := func() string { return fmt.Sprintf("%02d:%02d", random.IntN(24), 15*random.IntN(4)) }
	told := 0
	for range 300 {
		var roster []DutyShift
		for range 1 + random.IntN(6) {
			s := DutyShift{FromTime: clock(), ToTime: clock(), ValidFrom: models.Date("2026-11-20").Add(random.IntN(10)), Deputy: random.IntN(5) == 0}
			for day := '1'; day <= '7'; day++ {
				if random.IntN(4) > 0 {
					s.Weekdays += string(day)
				}
			}
			if random.IntN(3) == 0 {
				s.ValidTo = s.ValidFrom.Add(1 + random.IntN(20))
			}
			roster = append(roster, s)
		}
		now := at("2026-11-26 00:00").Add(time.Duration(random.IntN(24*60)) * time.Minute)
		gaps := DutyGaps(roster, now, 14)
		for m := now; m.Before(now.Add(14 * 24 * time.Hour)); m = m.Add(7 * time.Minute) {
			inGap := false
			for _, g := range gaps {
				inGap = inGap || !m.Before(g.From) && m.Before(g.To)
			}
			if duty, _ := OnDuty(roster, m); inGap != (len(duty) == 0) {
				t.Fatalf("%+v\nat %s: in a gap %v, on duty %d", roster, minute(m), inGap, len(duty))
			}
			if inGap {
				told++
			}
		}
	}
	if told < 1000 {
		t.Errorf("only %d moments in gaps", told)
	}
}

func TestRosterWishIsChecked(t *testing.T) {
	good := ShiftWish{Name: "王师傅", Title: "值班电工", Phone: "0379-67900001", FromTime: "00:00", ToTime: "00:00", Weekdays: "1234567", ValidFrom: "2026-01-01"}
	if got, err := (RosterWish{Shifts: []ShiftWish{good}}).Check(at("2026-11-26 10:00"), 14); err != nil || len(got) != 1 || got[0].Phone != "0379-67900001" {
		t.Fatalf("%+v, %v", got, err)
	}
	for code, change := range map[string]func(*ShiftWish){
		"duty_roster.bad_name":     func(s *ShiftWish) { s.Name = "  " },
		"duty_roster.bad_phone":    func(s *ShiftWish) { s.Phone = "find me" },
		"duty_roster.bad_hours":    func(s *ShiftWish) { s.ToTime = "8:00" },
		"duty_roster.bad_weekdays": func(s *ShiftWish) { s.Weekdays = "1134" },
		"duty_roster.bad_days":     func(s *ShiftWish) { s.ValidTo = "2025-01-01" },
		"duty_roster.gap":          func(s *ShiftWish) { s.Weekdays = "123456" },
	} {
		wish := good
		change(&wish)
		_, err := (RosterWish{Shifts: []ShiftWish{wish}}).Check(at("2026-11-26 10:00"), 14)
		if models.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	for _, bad := range []string{"", "8", "0", "21", "11", "12x"} {
		if weekdays(bad) {
			t.Errorf("%q are weekdays", bad)
		}
	}
}

func TestDutyRules(t *testing.T) {
	rules, err := ParseDutyRules(FirstDutyRules())
	if err != nil {
		t.Fatal(err)
	}
	chain := rules.Chain("u1")
	since := at("2026-11-26 23:50")
	for minutes, want := range map[int]int{0: 0, 1: 0, 2: 1, 4: 1, 5: 2, 10: 3, 15: 4, 24: 4, 25: 5, 9999: 5} {
		if got := chain.Due(since, since.Add(time.Duration(minutes)*time.Minute)); got != want {
			t.Errorf("after %d minutes %d rungs, want %d", minutes, got, want)
		}
	}
	if n := rules.Chain("u3r").Due(since, since.Add(time.Hour)); n != 0 {
		t.Errorf("an ordinary matter calls %d", n)
	}
	for _, kind := range []PartyKind{PartyOperator, PartyServiceStation, PartyTown} {
		if !rules.MustKeep(HandlingParty{Kind: kind}) {
			t.Errorf("a %s need not keep a roster", kind)
		}
	}
	if rules.MustKeep(HandlingParty{Kind: PartyAgency}) {
		t.Error("an agency must keep a roster")
	}
	for _, bad := range []string{
		`{}`, `{"version":"x","gap_days":0}`, `{"version":"x","gap_days":14,"chains":[{"urgency":"u1"}]}`,
		`{"version":"x","gap_days":14,"chains":[{"urgency":"u1","calls_minutes":30,"rungs":[{"who":"town","after_minutes":1},{"who":"duty","after_minutes":2}]}]}`,
		`{"version":"x","gap_days":14,"chains":[{"urgency":"u1","calls_minutes":30,"rungs":[{"who":"duty","after_minutes":2},{"who":"deputy","after_minutes":2}]}]}`,
		`{"version":"x","gap_days":14,"chains":[{"urgency":"u1","calls_minutes":30,"rungs":[{"who":"mayor","after_minutes":2}]}]}`,
	} {
		if _, err := ParseDutyRules([]byte(bad)); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
}
