package demo

import (
	"slices"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
	"linli/storage/people"
)

// newcomer is an account to be made, with what it holds. settle puts it where the history looks for people.
type newcomer struct {
	phone, name string
	grants      []people.Grant
	settle      func(account int64)
}

// Blocks of telephone numbers: the n-th of each kind of person has the n-th number of its block.
const (
	staffNumbers    = 1000
	stewardNumbers  = 2000
	residentNumbers = 4000
	askingNumbers   = 9000
)

// everybody lists the people of the county in a fixed order. Making them and finding them again go by the same list.
func (c *county) everybody() []newcomer {
	list := c.staffPeople()
	list = append(list, c.stewards()...)
	list = append(list, c.residents()...)
	return append(list, c.asking()...)
}

func grant(role models.Role, kind models.ScopeKind, id int64) people.Grant {
	return people.Grant{Role: role, ScopeKind: kind, ScopeID: id, Method: "appointment"}
}

func home(u place.Unit, relation string) people.Grant {
	return people.Grant{Role: models.Resident, ScopeKind: models.ScopeUnit, ScopeID: u.ID, Relation: relation, Method: "owner_roll"}
}

func (c *county) worksFor(party int64) func(int64) {
	return func(account int64) { c.staff[party] = append(c.staff[party], account) }
}

// staffPeople are the fixed sign-ins that work somewhere, and the staff of every party that has to answer.
func (c *county) staffPeople() []newcomer {
	var list []newcomer
	add := func(party int64, grants ...people.Grant) {
		n := len(list)
		list = append(list, newcomer{demoMobile(staffNumbers + n), personName(chanceFor("staff", n)), grants, c.worksFor(party)})
	}
	for id := int64(1); len(c.parties) > 0 && id <= c.lastParty(); id++ {
		party, there := c.parties[id]
		if !there {
			continue
		}
		switch party.Kind {
		case place.PartyOperator:
			add(id, grant(models.OperatorManager, models.ScopeHandlingParty, id))
			add(id, grant(models.OperatorStaff, models.ScopeHandlingParty, id))
			add(id, grant(models.OperatorStaff, models.ScopeHandlingParty, id))
		case place.PartySelfGoverningBody, place.PartyDeveloper:
			add(id, grant(models.OperatorManager, models.ScopeHandlingParty, id))
		case place.PartyOwningUnit:
			add(id, grant(models.OwningUnitStaff, models.ScopeHandlingParty, id))
		case place.PartyServiceStation:
			add(id, grant(models.StationStaff, models.ScopeCommunity, *party.DivisionID))
			add(id, grant(models.StationStaff, models.ScopeCommunity, *party.DivisionID))
		case place.PartyTown:
			add(id, grant(models.TownOfficer, models.ScopeTown, *party.DivisionID))
		case place.PartyUtility:
			add(id, grant(models.UtilityStaff, models.ScopeHandlingParty, id))
		case place.PartyAgency:
			add(id, grant(models.AgencyStaff, models.ScopeHandlingParty, id))
		case place.PartyPropertyCenter:
			add(id, grant(models.CenterOfficer, models.ScopeCounty, c.countyID))
		}
	}
	return append(c.castStaff(), list...)
}

func (c *county) lastParty() (last int64) {
	for id := range c.parties {
		last = max(last, id)
	}
	return last
}

// castStaff are the fixed sign-ins that hold a role for work.
func (c *county) castStaff() []newcomer {
	professional, compound := c.ofClass(place.ClassProfessional, castEstate), c.ofClass(place.ClassUnitCompound, castCompound)
	operator, unit := professional.terms[0].HandlingPartyID, compound.terms[0].HandlingPartyID
	station := c.stations[professional.CommunityID]
	grants := map[models.Role]struct {
		people.Grant
		party int64
	}{
		models.OperatorStaff:      {grant(models.OperatorStaff, models.ScopeHandlingParty, operator), operator},
		models.OperatorManager:    {grant(models.OperatorManager, models.ScopeHandlingParty, operator), operator},
		models.OwningUnitStaff:    {grant(models.OwningUnitStaff, models.ScopeHandlingParty, unit), unit},
		models.StationStaff:       {grant(models.StationStaff, models.ScopeCommunity, professional.CommunityID), station},
		models.TownOfficer:        {grant(models.TownOfficer, models.ScopeTown, professional.TownID), c.towns[professional.TownID]},
		models.CenterOfficer:      {grant(models.CenterOfficer, models.ScopeCounty, c.countyID), c.byCode["property_center"]},
		models.LeadingGroupOffice: {grant(models.LeadingGroupOffice, models.ScopeCounty, c.countyID), 0},
		models.Auditor:            {grant(models.Auditor, models.ScopeCounty, c.countyID), 0},
		models.Admin:              {grant(models.Admin, models.ScopeCounty, c.countyID), 0},
	}
	var list []newcomer
	for i, login := range cast {
		if g, works := grants[login.Role]; works {
			list = append(list, newcomer{loginPhone(i), login.Name, []people.Grant{g.Grant}, c.worksFor(g.party)})
		}
	}
	return list
}

func (c *county) ofClass(class place.BaselineClass, number int) *estate {
	for _, e := range c.estates {
		if e.BaselineClass == class && e.number == number {
			return e
		}
	}
	return nil
}

// stewards are the stewards of about four in five buildings. Each lives in the building.
func (c *county) stewards() []newcomer {
	var list []newcomer
	number := 0
	for _, e := range c.estates {
		for i, b := range e.buildings {
			number++
			chance := chanceFor("steward", number)
			inCast := e.BaselineClass == place.ClassProfessional && e.number == castEstate && i == 0
			if !inCast && !chance.often(80) {
				continue
			}
			u := b.homes[0]
			person := newcomer{demoMobile(stewardNumbers + number), personName(chance), nil, func(account int64) {
				b.steward = account
				e.people = append(e.people, resident{account, u})
			}}
			if inCast {
				person.phone, person.name = loginPhone(1), cast[1].Name
			}
			person.grants = []people.Grant{grant(models.BuildingSteward, models.ScopeBuilding, b.ID), home(u, "owner")}
			list = append(list, person)
		}
	}
	return list
}

// residents are about six hundred accounts with approved homes.
func (c *county) residents() []newcomer {
	var list []newcomer
	number := 0
	for _, e := range c.estates {
		for i := range c.residentsIn(e) {
			number++
			chance := chanceFor("resident", number)
			b := e.buildings[(i*5+e.number)%len(e.buildings)]
			u := b.homes[1+(i*7+e.number)%(len(b.homes)-1)]
			person := newcomer{demoMobile(residentNumbers + number), personName(chance), nil, func(account int64) {
				e.people = append(e.people, resident{account, u})
			}}
			if e.BaselineClass == place.ClassProfessional && e.number == castEstate && i == 0 {
				u = e.buildings[0].homes[9] // in the building of the steward
				person.phone, person.name = loginPhone(0), cast[0].Name
			}
			person.grants = []people.Grant{home(u, []string{"owner", "owner", "occupant"}[chance.IntN(3)])}
			list = append(list, person)
		}
	}
	return list
}

func (c *county) residentsIn(e *estate) int {
	switch {
	case e.lively():
		return 18
	case e.BaselineClass == place.ClassProfessional:
		return 7
	case e.BaselineClass == place.ClassUnitCompound && e.number%2 == 1:
		return 2
	case e.BaselineClass == place.ClassOwnerless && e.number%2 == 0:
		return 1
	}
	return 0
}

// lively are ten estates in which many take part, so that there are scores in which satisfaction may be shown.
func (e *estate) lively() bool { return e.BaselineClass == place.ClassProfessional && e.number < 10 }

// asking are people who have asked for a home and wait for the station's decision.
func (c *county) asking() []newcomer {
	var list []newcomer
	cast := c.ofClass(place.ClassProfessional, castEstate)
	for _, e := range c.estates {
		if e.CommunityID != cast.CommunityID || e.BaselineClass == place.ClassOwnerless || len(list) == 6 {
			continue
		}
		b := e.buildings[len(e.buildings)-1]
		g := home(b.homes[len(b.homes)-1], "owner")
		g.Status, g.Method = models.Pending, ""
		list = append(list, newcomer{demoMobile(askingNumbers + len(list)), personName(chanceFor("asking", len(list))), []people.Grant{g}, func(int64) {}})
	}
	return list
}

// makePeople writes one part of the people. Who waits for the station's decision has asked in the last days before now, a new one every
// nine hours.
func makePeople(tx storage.Tx, part []newcomer, hash string, now time.Time) error {
	begin, waiting := tx, time.Duration(0)
	for _, n := range part {
		tx := begin
		if slices.ContainsFunc(n.grants, func(g people.Grant) bool { return g.Status == models.Pending }) {
			waiting++
			tx = begin.Moved(now.Add(-waiting * 9 * time.Hour))
		}
		account, err := people.CreateAccount(tx, models.SystemActor, people.NewAccount{Phone: n.phone, Name: n.name, PasswordHash: hash, Demo: true})
		if err != nil {
			return err
		}
		for _, g := range n.grants {
			g.AccountID = account.ID
			if _, err := people.GrantMembership(tx, models.SystemActor, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle finds the people that were made and puts them where they live and work.
func (c *county) settle(tx storage.Tx) (int, error) {
	var rows []struct {
		ID    int64
		Phone string
	}
	if err := tx.DB().Table("accounts").Select("id, phone").Where("demo = ?", true).Order("id").Limit(20_000).Scan(&rows).Error; err != nil {
		return 0, err
	}
	byPhone := map[string]int64{}
	for _, r := range rows {
		byPhone[r.Phone] = r.ID
	}
	for _, n := range c.everybody() {
		n.settle(byPhone[n.phone])
	}
	return len(rows), nil
}
