package demo

import (
	"slices"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
)

// plan is the whole life of one ticket, thought out before any of it is written. Making it is a pure function of the
// county, the catalogue and the moment of the demo.
type plan struct {
	number   int64 // becomes its id: the order of filing
	filedAt  time.Time
	author   int64
	filing   ticket.Filing
	pictures []shot
	steps    []step
	open     bool // still to be done at the moment of the demo
	early    bool // written with these, though it lies back: something of today stands on it
}

// shot is a picture to be painted.
type shot struct {
	kind       photo.Kind
	motif      motif
	place, n   int
	mended     bool
	pixels     int
	minutesAgo int64
	clientID   string
}

// act is what happens in a step.
type act int

const (
	actAcknowledge act = iota
	actSay
	actRead
	actContactConfirm
	actStart
	actProgress
	actDone
	actConfirm
	actSendBack
	actSilence
	actWithdraw
	actHandOver
	actRelease
	actPressure // tells the centre that he was asked to say that it is solved
	actPauseParts
	actPauseDay
	actPauseUnreached
	actTry
	actSuspendAsk
	actSuspend
	actResume
	actPromise
	actRedate
	actPromiseBroken
	actPromiseKept
	actPromiseLapse
)

// step is one thing that somebody does to the ticket.
type step struct {
	at       time.Time
	act      act
	account  int64
	text     string
	level    int
	reason   string // why there is no photo
	pictures []shot
	clientID string
	days     int         // that a pause is to last
	day      models.Date // that is promised
}

// historian thinks out tickets.
type historian struct {
	county    *county
	catalogue ticket.Catalogue
	hours     ticket.Hours
	now       time.Time
	today     models.Date
	openCases []opened
}

// opened is an estate that can come up, with its weight.
type opened struct {
	estate *estate
	upTo   int
}

func newHistorian(c *county, catalogue ticket.Catalogue, hours ticket.Hours, now time.Time) *historian {
	h := &historian{county: c, catalogue: catalogue, hours: hours, now: now, today: models.DateOf(now)}
	total := 0
	for _, e := range c.estates {
		if len(e.people) == 0 {
			continue
		}
		total += h.weight(e)
		h.openCases = append(h.openCases, opened{e, total})
	}
	return h
}

// weight is how often tickets come from an estate: larger ones more, badly run ones more.
func (h *historian) weight(e *estate) int {
	party, _ := place.Answerable(e.termOn(h.today), h.county.stations[e.CommunityID])
	trouble := 150 - h.county.care(party)
	switch {
	case e.lively():
		return 20 * trouble
	case e.BaselineClass == place.ClassProfessional:
		return 6 * trouble
	case e.BaselineClass == place.ClassUnitCompound:
		return trouble
	}
	return trouble * 9 / 10
}

// historyDays is how far back the history goes; historyTickets is how many tickets it has, the fixed ones not counted.
const (
	historyDays    = 365
	historyTickets = 2_485
)

// history is all tickets of the twelve months, in the order of their filing.
func (h *historian) history() []plan {
	var plans []plan
	for i, at := range h.moments() {
		if at.After(h.now.Add(-30 * time.Minute)) {
			continue
		}
		plans = append(plans, h.ticket(i, at))
	}
	plans = append(plans, h.fixed()...)
	slices.SortStableFunc(plans, func(a, b plan) int { return a.filedAt.Compare(b.filedAt) })
	for i := range plans {
		plans[i].number = int64(i + 1)
		h.cut(&plans[i])
	}
	return plans
}

// moments are when tickets are filed: more of them in the months that bring trouble, most in the morning and evening.
func (h *historian) moments() []time.Time {
	weights := make([]int, historyDays+1)
	total := 0
	for ago := range weights {
		month := int(h.today.Add(-ago).Start().In(models.Shanghai).Month())
		weights[ago] = 2000
		for _, m := range matters {
			weights[ago] += m.inMonth(month)
		}
		total += weights[ago]
	}
	var all []time.Time
	passed, made := 0, 0
	for ago := historyDays; ago >= 0; ago-- {
		passed += weights[ago]
		c := chanceFor("day", ago)
		for ; made < historyTickets*passed/total; made++ {
			hour := oneOf(c, []int{6, 7, 7, 8, 8, 8, 9, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 19, 19, 19, 20, 20, 21, 22})
			at := h.today.Add(-ago).Start().Add(time.Duration(hour)*time.Hour + time.Duration(c.IntN(3600))*time.Second)
			all = append(all, at)
		}
	}
	return all
}

// inMonth is the weight of a matter in a month.
func (m kindOfMatter) inMonth(month int) int {
	switch {
	case len(m.months) > 0 && !slices.Contains(m.months, month):
		return 0
	case slices.Contains(m.peak, month):
		return 3 * m.weight
	}
	return m.weight
}

// ticket thinks out the i-th ticket.
func (h *historian) ticket(i int, at time.Time) plan {
	c := chanceFor("ticket", i)
	roll := c.IntN(h.openCases[len(h.openCases)-1].upTo)
	e := h.openCases[slices.IndexFunc(h.openCases, func(o opened) bool { return roll < o.upTo })].estate
	who := oneOf(c, e.people)
	b := e.building(who.home.BuildingID)
	m := h.matterFor(c, e, b, at)
	p := plan{filedAt: at, author: who.account}
	p.filing = ticket.Filing{ClientID: c.uuid(), Category: m.category, Text: oneOf(c, openers) + oneOf(c, m.says) + oneOf(c, closers)}
	h.where(c, &p, b, who, m)
	if b.steward == who.account && c.often(30) {
		p.filing.OnBehalf = &ticket.OnBehalf{Name: personName(c), Consent: oneOf(c, []string{"spoken", "phone", "paper"})}
		p.filing.BuildingID = b.ID
		p.filing.Text = oneOf(c, neighbourSays) + oneOf(c, m.says)
	}
	category, _ := h.catalogue.Category(m.category)
	p.filing.ShareContact = category.Kind == ticket.Repair && c.often(60)
	scene := scenes{motif: m.motif, place: 1000 + i, pixels: h.pixels(at)}
	if c.often(62) && (h.now.Sub(at) < 60*24*time.Hour || c.often(60)) {
		for range 1 + c.IntN(2)*c.IntN(2) {
			p.pictures = append(p.pictures, scene.before(c))
		}
	}
	h.live(c, &p, e, b, m, category, scene)
	return p
}

// where fills in the place: the home, the entrance, the building, or its poster.
func (h *historian) where(c chance, p *plan, b *building, who resident, m kindOfMatter) {
	p.filing.EstateID = b.EstateID
	category, _ := h.catalogue.Category(m.category)
	switch {
	case category.InHome || m.needs == atHome:
		p.filing.UnitID = who.home.ID
	case c.often(30):
		p.filing.PosterToken = b.PosterToken
	case c.often(50):
		p.filing.BuildingID, p.filing.EntranceID = b.ID, who.home.EntranceID
	case c.often(90):
		p.filing.BuildingID = b.ID
	}
}

// matterFor draws what the ticket is about, by the month and by what the place has.
func (h *historian) matterFor(c chance, e *estate, b *building, at time.Time) kindOfMatter {
	month := int(at.In(models.Shanghai).Month())
	fits := func(m kindOfMatter) bool {
		switch m.needs {
		case withLift:
			return b.Lift
		case professionalOnly:
			return e.BaselineClass == place.ClassProfessional
		case unmanagedOnly:
			return e.BaselineClass != place.ClassProfessional
		}
		return true
	}
	total := 0
	for _, m := range matters {
		if fits(m) {
			total += m.inMonth(month)
		}
	}
	roll := c.IntN(total)
	for _, m := range matters {
		if !fits(m) {
			continue
		}
		if roll -= m.inMonth(month); roll < 0 {
			return m
		}
	}
	return matters[0]
}

func (e *estate) building(id int64) *building {
	i := slices.IndexFunc(e.buildings, func(b *building) bool { return b.ID == id })
	return e.buildings[max(0, i)]
}

// pixels is the width of a picture: what people will look at now is larger than what lies months back.
func (h *historian) pixels(at time.Time) int {
	if h.now.Sub(at) < 21*24*time.Hour {
		return 960
	}
	return 520
}

// scenes are the pictures of one ticket: the same place, seen from elsewhere each time.
type scenes struct {
	motif  motif
	place  int
	pixels int
}

func (s scenes) before(c chance) shot {
	return shot{kind: photo.Before, motif: s.motif, place: s.place, n: c.IntN(1 << 30), pixels: s.pixels, minutesAgo: int64(c.between(1, 90)), clientID: c.uuid()}
}

func (s scenes) after(c chance) shot {
	return shot{kind: photo.After, motif: s.motif, place: s.place, n: c.IntN(1 << 30), mended: true, pixels: s.pixels, minutesAgo: int64(c.between(1, 240)), clientID: c.uuid()}
}

// cut takes away what lies in the future, and says whether somebody still has something to do.
func (h *historian) cut(p *plan) {
	slices.SortStableFunc(p.steps, func(a, b step) int { return a.at.Compare(b.at) })
	i := slices.IndexFunc(p.steps, func(s step) bool { return s.at.After(h.now.Add(-10 * time.Minute)) })
	if i >= 0 {
		p.steps = p.steps[:i]
	}
	p.open = true
	for _, s := range p.steps {
		switch s.act {
		case actConfirm, actSilence, actWithdraw:
			p.open = false
		case actSendBack:
			p.open = true
		}
	}
}
