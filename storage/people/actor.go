package people

import (
	"context"
	"sync"
	"time"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
)

// actorAge is how long a copy of the program may go on with an actor it has loaded. people.Changes made through this copy
// count at once; changes made through another copy count after this at the latest.
const actorAge = time.Second

type knownActor struct {
	actor  models.Actor
	loaded time.Time
}

// actorCache holds the actors of the last second.
type actorCache struct {
	mu      sync.Mutex
	known   map[models.Access]knownActor
	changes int64
}

func (c *actorCache) get(key models.Access) (actor models.Actor, found bool, changes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, found := c.known[key]
	return k.actor, found && time.Since(k.loaded) < actorAge, c.changes
}

// put keeps an actor unless rights changed while it was being loaded: it may then be the old one.
func (c *actorCache) put(key models.Access, actor models.Actor, loaded time.Time, changes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if changes != c.changes {
		return
	}
	if len(c.known) >= 10_000 {
		clear(c.known)
	}
	c.known[key] = knownActor{actor: actor, loaded: loaded}
}

func (c *actorCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	clear(c.known)
}

// LoadActor says who is asking, from the rows that are valid now. A session that ended, or an account that may not sign
// in here, is session.expired. The answer is at most a second old.
//
// The first time that an access token of the newest refresh is used, that is noted. Should noting fail, the actor is
// loaded all the same, and the next use tries again.
func (s *Store) LoadActor(ctx context.Context, access models.Access) (models.Actor, error) {
	actor, found, changes := s.actors.get(access)
	if found {
		return actor, nil
	}
	loaded, first := time.Now(), false
	err := s.db.Read(ctx, func(tx storage.Tx) (err error) {
		if first, err = s.running(tx, access); err != nil {
			return err
		}
		if actor, err = loadActor(tx, access.AccountID); err != nil {
			return err
		}
		actor.FactorDue, err = s.factorDue(tx, access.AccountID, people.FactorRuleOf(rolesOf(actor)))
		return err
	})
	if err != nil {
		return models.Actor{}, err
	}
	actor.SessionID = access.SessionID
	if first && s.arrived(ctx, access) != nil {
		return actor, nil
	}
	s.actors.put(access, actor, loaded, changes)
	return actor, nil
}

// running refuses a session that has ended, and one whose account may not sign in here. It reports whether access is the
// first sign that the newest refresh token has arrived.
func (s *Store) running(tx storage.Tx, access models.Access) (first bool, err error) {
	var found struct {
		people.Account
		Generation int64
		Arrived    bool
	}
	err = tx.DB().Table("accounts").Select("accounts.*, sessions.generation, sessions.arrived").
		Joins("JOIN sessions ON sessions.account_id = accounts.id").
		Where("accounts.id = ? AND sessions.id = ? AND sessions.ended_at IS NULL AND sessions.expires_at > ?", access.AccountID, access.SessionID, tx.At()).
		Take(&found).Error
	if storage.Absent(err) || err == nil && !s.usable(found.Account) {
		return false, errSessionExpired
	}
	return found.Generation == access.Generation && !found.Arrived, err
}

// ActorOf is the actor of an account inside a transaction of another area, without a session.
func ActorOf(tx storage.Tx, account int64) (models.Actor, error) { return loadActor(tx, account) }

func loadActor(tx storage.Tx, account int64) (models.Actor, error) {
	actor := models.Actor{AccountID: account}
	held, err := heldToday(tx, account)
	if err != nil {
		return actor, err
	}
	for _, m := range held {
		actor.Held = append(actor.Held, models.Held{
			MembershipID: m.ID, Role: m.Role, ScopeKind: m.ScopeKind, ScopeID: m.ScopeID, Approved: m.Status == models.Approved,
		})
	}
	if actor.Parties, err = partiesOf(tx, actor); err != nil {
		return actor, err
	}
	actor.Homes, err = homesOf(tx, held)
	return actor, err
}

// heldToday reads what an account holds today, and the residences it has asked for.
func heldToday(tx storage.Tx, account int64) ([]people.Membership, error) {
	var held []people.Membership
	today := tx.Today()
	err := tx.DB().Where("account_id = ? AND status IN ?", account, []models.MembershipStatus{models.Pending, models.Approved}).
		Where("valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", today, today).
		Order("id").Limit(200).Find(&held).Error
	return held, err
}

// partiesOf are the handling parties that the actor works for: those he is employed by, and the station, town or
// centre that he is an officer of.
func partiesOf(tx storage.Tx, a models.Actor) ([]int64, error) {
	parties := a.Scopes(models.ScopeHandlingParty, models.OperatorStaff, models.OperatorManager, models.OwningUnitStaff,
		models.AgencyStaff, models.UtilityStaff)
	offices := []struct {
		kind      place.PartyKind
		divisions []int64
	}{
		{place.PartyServiceStation, a.Scopes(models.ScopeCommunity, models.StationStaff)},
		{place.PartyTown, a.Scopes(models.ScopeTown, models.TownOfficer)},
		{place.PartyPropertyCenter, a.Scopes(models.ScopeCounty, models.CenterOfficer)},
	}
	for _, o := range offices {
		if len(o.divisions) == 0 {
			continue
		}
		var ids []int64
		err := tx.DB().Table("handling_parties").Where("kind = ? AND division_id IN ?", o.kind, o.divisions).
			Order("id").Limit(200).Pluck("id", &ids).Error
		if err != nil {
			return nil, err
		}
		parties = append(parties, ids...)
	}
	return parties, nil
}

// homesOf finds where the residences lie.
func homesOf(tx storage.Tx, held []people.Membership) ([]models.Home, error) {
	approved := map[int64]bool{}
	var units []int64
	for _, m := range held {
		if m.Role == models.Resident && m.ScopeKind == models.ScopeUnit {
			units = append(units, m.ScopeID)
			approved[m.ScopeID] = approved[m.ScopeID] || m.Status == models.Approved
		}
	}
	if len(units) == 0 {
		return nil, nil
	}
	var homes []models.Home
	err := tx.DB().Table("units").
		Select("units.id AS unit_id, units.entrance_id, units.building_id, units.estate_id, estates.community_id").
		Joins("JOIN estates ON estates.id = units.estate_id").
		Where("units.id IN ?", units).Order("units.id").Limit(200).Scan(&homes).Error
	for i := range homes {
		homes[i].Approved = approved[homes[i].UnitID]
	}
	return homes, err
}
