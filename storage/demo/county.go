package demo

import (
	"hash/fnv"
	"slices"

	"linli/models"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
)

// county is the register as it stands in the database, held in memory while the history is made.
type county struct {
	estates  []*estate
	byName   map[string]*estate
	parties  map[int64]place.HandlingParty
	byCode   map[string]int64
	stations map[int64]int64 // station party by community
	towns    map[int64]int64 // town party by town
	countyID int64
	staff    map[int64][]int64 // accounts by handling party
}

// estate is one estate with its buildings, terms and the people who live there.
type estate struct {
	place.Estate
	number    int // within its class, in the order of the register
	buildings []*building
	terms     []place.ServiceTerm
	people    []resident
}

// building is one building with the homes that the demo uses.
type building struct {
	place.Building
	homes   []place.Unit
	steward int64 // account, 0 where there is none
}

// resident is an account with an approved home.
type resident struct {
	account int64
	home    place.Unit
}

// loadCounty reads the demo's places.
func loadCounty(tx storage.Tx) (*county, error) {
	c := &county{
		byName: map[string]*estate{}, parties: map[int64]place.HandlingParty{}, byCode: map[string]int64{},
		stations: map[int64]int64{}, towns: map[int64]int64{}, staff: map[int64][]int64{},
	}
	if err := c.loadParties(tx); err != nil {
		return nil, err
	}
	byID, err := c.loadEstates(tx)
	if err != nil {
		return nil, err
	}
	return c, c.loadBuildings(tx, byID)
}

func (c *county) loadParties(tx storage.Tx) error {
	var parties []place.HandlingParty
	if err := tx.DB().Order("id").Limit(10_000).Find(&parties).Error; err != nil {
		return err
	}
	for _, p := range parties {
		c.parties[p.ID], c.byCode[p.Code] = p, p.ID
		switch p.Kind {
		case place.PartyServiceStation:
			c.stations[*p.DivisionID] = p.ID
		case place.PartyTown:
			c.towns[*p.DivisionID] = p.ID
		case place.PartyPropertyCenter:
			c.countyID = *p.DivisionID
		}
	}
	return nil
}

func (c *county) loadEstates(tx storage.Tx) (map[int64]*estate, error) {
	var rows []place.Estate
	if err := tx.DB().Where("demo = ?", true).Order("id").Limit(1000).Find(&rows).Error; err != nil {
		return nil, err
	}
	byID := map[int64]*estate{}
	numbers := map[place.BaselineClass]int{}
	for _, row := range rows {
		e := &estate{Estate: row, number: numbers[row.BaselineClass]}
		numbers[row.BaselineClass]++
		c.estates = append(c.estates, e)
		c.byName[row.Name] = e
		byID[row.ID] = e
	}
	var terms []place.ServiceTerm
	if err := tx.DB().Order("estate_id, valid_from").Limit(10_000).Find(&terms).Error; err != nil {
		return nil, err
	}
	for _, t := range terms {
		if e := byID[t.EstateID]; e != nil {
			e.terms = append(e.terms, t)
		}
	}
	return byID, nil
}

func (c *county) loadBuildings(tx storage.Tx, estates map[int64]*estate) error {
	var rows []place.Building
	if err := tx.DB().Order("id").Limit(10_000).Find(&rows).Error; err != nil {
		return err
	}
	byID := map[int64]*building{}
	for _, row := range rows {
		e := estates[row.EstateID]
		if e == nil {
			continue
		}
		b := &building{Building: row}
		e.buildings = append(e.buildings, b)
		byID[row.ID] = b
	}
	var units []place.Unit
	if err := tx.DB().Order("id").Limit(200_000).Find(&units).Error; err != nil {
		return err
	}
	for _, u := range units {
		if b := byID[u.BuildingID]; b != nil {
			b.homes = append(b.homes, u)
		}
	}
	return nil
}

// estate is the estate with that id; every home of the county has one.
func (c *county) estate(id int64) *estate {
	return c.estates[slices.IndexFunc(c.estates, func(e *estate) bool { return e.ID == id })]
}

// termOn is the term that runs for the estate on a day, or nil.
func (e *estate) termOn(day models.Date) *place.ServiceTerm { return place.RunningOn(e.terms, day) }

// answers finds who must answer a matter at an estate on a day, as the program's own routing does.
func (c *county) answers(category ticket.Category, e *estate, day models.Date) (partyID int64, byTerm bool) {
	term := e.termOn(day)
	managed := term != nil && term.ServiceMode.Managed()
	for _, target := range ticket.Route(category, managed) {
		switch target {
		case ticket.TargetTerm:
			if term != nil {
				return term.HandlingPartyID, true
			}
		case ticket.TargetStation:
			return c.stations[e.CommunityID], true
		case ticket.TargetTown:
			return c.towns[e.TownID], false
		case ticket.TargetDeveloper:
			if e.DeveloperPartyID != nil {
				return *e.DeveloperPartyID, false
			}
		default:
			if id, known := c.byCode[string(target)]; known {
				return id, false
			}
		}
	}
	return c.stations[e.CommunityID], true
}

// care is how well a party works, 0 … 100. Operators have theirs by hand; the others get one that suits their kind.
func (c *county) care(partyID int64) int {
	party := c.parties[partyID]
	for _, o := range demoOperators {
		if o.name == party.Name {
			return o.care
		}
	}
	low, high := 55, 75
	switch party.Kind {
	case place.PartyOwningUnit:
		low, high = 40, 82
	case place.PartyServiceStation:
		low, high = 40, 74
	case place.PartySelfGoverningBody:
		low, high = 52, 80
	}
	h := fnv.New32a()
	h.Write([]byte(party.Code))
	return low + int(h.Sum32())%(high-low)
}

// small reports whether few live in a building.
func (c *county) small(id int64) bool {
	for _, e := range c.estates {
		for _, b := range e.buildings {
			if b.ID == id {
				return b.Small()
			}
		}
	}
	return false
}
