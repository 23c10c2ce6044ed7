package people

import (
	"strings"

	"linli/models"
	"linli/models/people"
	"linli/storage"
)

type scopeKey struct {
	kind models.ScopeKind
	id   int64
}

// spot is a unit or a building with the names around it.
type spot struct {
	ID           int64
	EstateID     int64
	EstateName   string
	BuildingID   int64
	BuildingName string
	EntranceName string
	UnitName     string
}

func (s spot) name() string {
	return strings.Join(strings.Fields(s.EstateName+" "+s.BuildingName+" "+s.EntranceName+" "+s.UnitName), " ")
}

// scopeNames names what memberships point at, one query a kind.
func scopeNames(tx storage.Tx, held []people.Membership) (map[scopeKey]string, error) {
	ids := map[models.ScopeKind][]int64{}
	for _, m := range held {
		ids[m.ScopeKind] = append(ids[m.ScopeKind], m.ScopeID)
	}
	names := map[scopeKey]string{}
	for kind, wanted := range ids {
		found, err := namesOf(tx, kind, wanted)
		if err != nil {
			return nil, err
		}
		for id, name := range found {
			names[scopeKey{kind, id}] = name
		}
	}
	return names, nil
}

// namesOf names things of one kind; ids are at most a few hundred, for every list that leads here has its limit.
func namesOf(tx storage.Tx, kind models.ScopeKind, ids []int64) (map[int64]string, error) {
	names := map[int64]string{}
	switch kind {
	case models.ScopeUnit, models.ScopeBuilding:
		spots, err := spotsOf(tx, kind, ids)
		for id, s := range spots {
			names[id] = s.name()
		}
		return names, err
	case models.ScopeEstate:
		return plainNames(tx, "estates", ids)
	case models.ScopeHandlingParty:
		return plainNames(tx, "handling_parties", ids)
	}
	return divisionNames(tx, ids)
}

type named struct {
	ID   int64
	Name string
}

func plainNames(tx storage.Tx, table string, ids []int64) (map[int64]string, error) {
	var rows []named
	err := tx.DB().Table(table).Select("id, name").Where("id IN ?", ids).Limit(1000).Scan(&rows).Error
	return byID(rows), err
}

func divisionNames(tx storage.Tx, ids []int64) (map[int64]string, error) {
	var rows []named
	today := tx.Today()
	err := tx.DB().Table("division_codes").Select("division_id AS id, name").
		Where("division_id IN ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", ids, today, today).
		Order("valid_from").Limit(1000).Scan(&rows).Error
	return byID(rows), err
}

func byID(rows []named) map[int64]string {
	names := map[int64]string{}
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names
}

func spotsOf(tx storage.Tx, kind models.ScopeKind, ids []int64) (map[int64]spot, error) {
	q := tx.DB().Table("buildings b").Joins("JOIN estates e ON e.id = b.estate_id")
	if kind == models.ScopeUnit {
		q = q.Select("u.id, e.id AS estate_id, e.name AS estate_name, b.id AS building_id, b.name AS building_name, en.name AS entrance_name, u.name AS unit_name").
			Joins("JOIN units u ON u.building_id = b.id").Joins("JOIN entrances en ON en.id = u.entrance_id").Where("u.id IN ?", ids)
	} else {
		q = q.Select("b.id, e.id AS estate_id, e.name AS estate_name, b.id AS building_id, b.name AS building_name").Where("b.id IN ?", ids)
	}
	var rows []spot
	err := q.Limit(1000).Scan(&rows).Error
	spots := map[int64]spot{}
	for _, r := range rows {
		spots[r.ID] = r
	}
	return spots, err
}

// shownRefusal is how many days a refused request stays in the list of the person who asked.
const shownRefusal = 30

// accountView is an account with what it holds, will hold, and has asked for.
func (s *Store) accountView(tx storage.Tx, id int64) (people.AccountView, error) {
	account, err := accountByID(tx, id)
	if err != nil {
		return people.AccountView{}, err
	}
	view := people.AccountView{
		ID: account.ID, Name: account.Name, PhoneMasked: models.MaskPhone(account.Phone), Locale: account.Locale,
		HasPassword: account.PasswordHash != "", Memberships: []people.MembershipView{},
	}
	var held []people.Membership
	err = tx.DB().Where("account_id = ? AND (valid_to IS NULL OR valid_to > ?)", id, tx.Today()).
		Where("(status IN ? OR (status = ? AND decided_at > ?))", []models.MembershipStatus{models.Pending, models.Approved},
			models.Refused, models.UTC(tx.At().AddDate(0, 0, -shownRefusal))).
		Order("id").Limit(200).Find(&held).Error
	if err != nil {
		return view, err
	}
	names, err := scopeNames(tx, held)
	if err != nil {
		return view, err
	}
	for _, m := range held {
		view.Memberships = append(view.Memberships, m.View(names[scopeKey{m.ScopeKind, m.ScopeID}]))
	}
	if view.SecondFactor, err = s.factorView(tx, id, held); err != nil {
		return view, err
	}
	view.Home, err = homeView(tx, held)
	return view, err
}

// homeView is the first approved residence, else the first one asked for, else the building of a steward.
func homeView(tx storage.Tx, held []people.Membership) (*people.HomeView, error) {
	m, found := homeMembership(held, tx.Today())
	if !found {
		return nil, nil
	}
	spots, err := spotsOf(tx, m.ScopeKind, []int64{m.ScopeID})
	s, there := spots[m.ScopeID]
	if err != nil || !there {
		return nil, err
	}
	home := &people.HomeView{
		EstateID: s.EstateID, EstateName: s.EstateName, BuildingID: s.BuildingID, BuildingName: s.BuildingName,
		EntranceName: s.EntranceName, UnitName: s.UnitName, Approved: m.Status == models.Approved,
	}
	if m.ScopeKind == models.ScopeUnit {
		home.UnitID = m.ScopeID
	}
	return home, nil
}

func homeMembership(held []people.Membership, today models.Date) (people.Membership, bool) {
	wanted := []struct {
		role   models.Role
		status models.MembershipStatus
	}{
		{models.Resident, models.Approved}, {models.Resident, models.Pending}, {models.BuildingSteward, models.Approved},
	}
	for _, w := range wanted {
		for _, m := range held {
			if m.Role == w.role && m.Status == w.status && today.Within(m.ValidFrom, m.ValidTo) {
				return m, true
			}
		}
	}
	return people.Membership{}, false
}
