package ticket

import (
	"testing"
	"time"

	"linli/models"
)

// clock reads "2026-11-27 21:30" on Shanghai's clock.
func clock(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, models.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestDeadlines(t *testing.T) {
	const end = "24:00"
	for _, tt := range []struct {
		name                 string
		urgency, filed       string
		protected            bool
		acknowledge, contact string
		resolve              string
	}{
		{"u1 counts minutes, nights and holidays alike", "u1", "2026-10-01 02:00", false, "2026-10-01 02:10", "2026-10-01 02:15", "2026-10-02 02:00"},
		{"u1 of a protected kind keeps its minutes", "u1", "2026-11-25 12:00", true, "2026-11-25 12:10", "2026-11-25 12:15", "2026-11-26 12:00"},
		{"u2 of a protected kind is given to the hour", "u2", "2026-11-25 12:05", true, "2026-11-25 13:00", "2026-11-25 14:00", "2026-11-26 13:00"},
		{"u3r in the morning", "u3r", "2026-11-25 09:00", false, "2026-11-25 13:00", "2026-11-26 09:00", "2026-11-28 09:00"},
		{"u3r late: an hour before the night, three after it", "u3r", "2026-11-25 21:00", false, "2026-11-26 10:00", "2026-11-26 21:00", "2026-11-28 21:00"},
		{"u3r in the night begins in the morning", "u3r", "2026-11-25 23:30", false, "2026-11-26 11:00", "2026-11-26 23:30", "2026-11-28 23:30"},
		{"u3r before dawn", "u3r", "2026-11-26 03:00", false, "2026-11-26 11:00", "2026-11-27 03:00", "2026-11-29 03:00"},
		{"u3r that ends just at night", "u3r", "2026-11-25 18:00", false, "2026-11-25 22:00", "2026-11-26 18:00", "2026-11-28 18:00"},
		{"u3r at the stroke of ten", "u3r", "2026-11-25 22:00", false, "2026-11-26 11:00", "2026-11-26 22:00", "2026-11-28 22:00"},
		{"u3c on a Wednesday", "u3c", "2026-11-25 12:00", false, "2026-11-26 " + end, "2026-11-26 " + end, "2026-12-02 " + end},
		{"u3c on a Friday evening", "u3c", "2026-11-27 23:59", false, "2026-11-30 " + end, "2026-11-30 " + end, "2026-12-04 " + end},
		{"u3c just after midnight", "u3c", "2026-11-28 00:00", false, "2026-11-30 " + end, "2026-11-30 " + end, "2026-12-04 " + end},
		{"u3c before National Day", "u3c", "2026-09-30 10:00", false, "2026-10-08 " + end, "2026-10-08 " + end, "2026-10-13 " + end},
		{"u4 across the Spring Festival with both make-up days", "u4", "2026-02-13 10:00", false, "2026-02-14 " + end, "2026-02-14 " + end, "2026-03-12 " + end},
		{"u0", "u0", "2026-11-27 10:00", false, "2026-11-30 " + end, "2026-11-30 " + end, "2026-11-30 " + end},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, ok := catalogueOf(t).Urgency(tt.urgency)
			if !ok {
				t.Fatal("no such urgency")
			}
			d := DeadlinesFrom(u, hoursOf(t), clock(t, tt.filed), tt.protected, 3)
			for what, pair := range map[string]struct {
				got  time.Time
				want string
			}{"acknowledge": {d.Acknowledge, tt.acknowledge}, "contact": {d.Contact, tt.contact}, "resolve": {d.Resolve, tt.resolve}} {
				want := pair.want
				if len(want) > 5 && want[11:] == end {
					if !pair.got.Equal(models.EndOfDay(models.Date(want[:10]).Start())) {
						t.Errorf("%s: %s, want the end of %s", what, pair.got.In(models.Shanghai), want[:10])
					}
				} else if !pair.got.Equal(clock(t, want)) {
					t.Errorf("%s: %s, want %s", what, pair.got.In(models.Shanghai), want)
				}
			}
		})
	}
}

func TestTimeToBeThereDependsOnTheServiceLevelForU2Only(t *testing.T) {
	c, h, from := catalogueOf(t), hoursOf(t), noon
	u1, _ := c.Urgency("u1")
	u2, _ := c.Urgency("u2")
	for rank, want := range map[int]time.Duration{1: 30 * time.Minute, 2: time.Hour, 3: 2 * time.Hour, 0: 2 * time.Hour, 9: 2 * time.Hour} {
		if d := DeadlinesFrom(u2, h, from, false, rank); d.OnSite.Sub(from) != want || d.Hazard != nil {
			t.Errorf("u2 rank %d: on site %v, hazard %v", rank, d.OnSite, d.Hazard)
		}
		if d := DeadlinesFrom(u1, h, from, false, rank); d.OnSite.Sub(from) != 30*time.Minute || d.Hazard.Sub(from) != 2*time.Hour {
			t.Errorf("u1 rank %d: on site %v, hazard %v: life does not wait for a contract", rank, d.OnSite, d.Hazard)
		}
	}
	u3r, _ := c.Urgency("u3r")
	if d := DeadlinesFrom(u3r, h, from, false, 1); d.OnSite != nil {
		t.Errorf("an ordinary repair comes by appointment, not by %v", d.OnSite)
	}
}

// Two protected matters of one day get the same deadlines: they cannot tell who filed in the morning.
func TestProtectedDeadlinesGiveNoTimeAway(t *testing.T) {
	c := catalogueOf(t)
	for _, code := range []string{"u3c", "u3r", "u4", "u0"} {
		u, _ := c.Urgency(code)
		morning := DeadlinesFrom(u, hoursOf(t), noon.Add(-4*time.Hour), true, 3)
		evening := DeadlinesFrom(u, hoursOf(t), noon.Add(4*time.Hour), true, 3)
		same := *morning.ReturnUntil == *evening.ReturnUntil
		morning.ReturnUntil, evening.ReturnUntil = nil, nil
		if !same || morning != evening {
			t.Errorf("%s: %+v\n%+v", code, morning, evening)
		}
	}
}

// Tickets filed under the first catalogue keep its deadlines, so its way of writing them must stay readable.
func TestFirstCatalogueStillReads(t *testing.T) {
	c, err := ParseCatalogue(Catalogues()[0])
	if err != nil {
		t.Fatal(err)
	}
	u, _ := c.Urgency("u3c")
	d := DeadlinesFrom(u, c.Hours(hoursOf(t).Calendar), noon, false, 3)
	if d.Acknowledge.Sub(noon) != 24*time.Hour || d.Resolve.Sub(noon) != 120*time.Hour {
		t.Errorf("%+v", d)
	}
}

func TestNightMustBeANight(t *testing.T) {
	c := catalogueOf(t)
	for _, night := range [][2]string{{"07:00", "22:00"}, {"22:00", ""}, {"25:00", "07:00"}} {
		c.NightFrom, c.NightTo = night[0], night[1]
		if _, err := c.night(); err == nil {
			t.Errorf("%v was taken as a night", night)
		}
	}
}
