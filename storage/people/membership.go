package people

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
)

// Grant is a membership to be written. Status is approved where it is empty.
type Grant struct {
	AccountID int64
	Role      models.Role
	ScopeKind models.ScopeKind
	ScopeID   int64
	Relation  string
	Status    models.MembershipStatus
	Method    string
	ValidFrom models.Date // empty means today
	ValidTo   models.Date
}

// GrantMembership writes a membership without asking whether by may: its callers have asked, or are an import. One that
// runs already is refused with membership.exists. A role for work shortens the sessions that are open.
func GrantMembership(tx storage.Tx, by models.Actor, g Grant) (people.Membership, error) {
	m, err := newMembership(tx, by, g)
	if err != nil {
		return m, err
	}
	created, err := storage.Insert(tx, &m)
	if err != nil {
		return m, err
	}
	if !created {
		return m, models.Refuse(models.Conflict, "membership.exists")
	}
	if m.Status == models.Approved && m.Role.Staff() && tx.Today().Within(m.ValidFrom, m.ValidTo) {
		if err := shortenSessions(tx, m.AccountID); err != nil {
			return m, err
		}
	}
	action := "grant"
	if m.Status == models.Pending {
		action = "ask"
	}
	return m, tell(tx, by, action, m, "", "")
}

func newMembership(tx storage.Tx, by models.Actor, g Grant) (people.Membership, error) {
	kind, known := g.Role.ScopeOf()
	if !known || kind != g.ScopeKind {
		return people.Membership{}, models.RefuseField("membership.scope_unfit", "scope_kind")
	}
	if g.ValidFrom == "" {
		g.ValidFrom = tx.Today()
	}
	m := people.Membership{
		AccountID: g.AccountID, Role: g.Role, ScopeKind: g.ScopeKind, ScopeID: g.ScopeID, Relation: g.Relation,
		Status: g.Status, Method: g.Method, ValidFrom: g.ValidFrom, ValidTo: g.ValidTo, AskedAt: tx.At(), RecordedAt: tx.At(),
	}
	if m.Status == "" {
		m.Status = models.Approved
	}
	if m.Status == models.Approved {
		at := tx.At()
		m.DecidedAt, m.DecidedBy = &at, by.AccountID
	}
	return m, nil
}

// shortenSessions gives the open sessions of somebody who now works here the age of a desk.
func shortenSessions(tx storage.Tx, account int64) error {
	until := models.UTC(tx.At().Add(people.StaffSession))
	return tx.DB().Table("sessions").Where("account_id = ? AND ended_at IS NULL AND expires_at > ?", account, until).
		Updates(map[string]any{"staff": true, "expires_at": until}).Error
}

// tell writes a change of m to the ledger: role and scope, never who or which number.
func tell(tx storage.Tx, by models.Actor, action string, m people.Membership, from models.MembershipStatus, note string) error {
	_, err := storage.Record(tx, models.Event{
		Noun: "membership", NounID: m.ID, Action: action, ActorID: by.AccountID, ActorRole: by.ActsAs(anyRole),
		From: string(from), To: string(m.Status), Note: note,
		Data: map[string]any{
			"role": m.Role, "scope_kind": m.ScopeKind, "scope_id": m.ScopeID, "method": m.Method,
			"valid_from": m.ValidFrom, "valid_to": m.ValidTo,
		},
	})
	return err
}

// AskMembership registers a residence as pending; filing works at once, weighing waits for the decision (DECISIONS 3).
// Asking again for a unit that is pending or approved gives the same answer.
func (s *Store) AskMembership(ctx context.Context, a models.Actor, in people.Ask) (view people.MembershipView, err error) {
	if in.Relation != "owner" && in.Relation != "occupant" {
		return view, models.RefuseField("membership.relation_unknown", "relation")
	}
	err = s.changing(ctx, func(tx storage.Tx) error {
		m, err := s.askMembership(tx, a, in)
		if err != nil {
			return err
		}
		view, err = viewOne(tx, m)
		return err
	})
	return view, err
}

func (s *Store) askMembership(tx storage.Tx, a models.Actor, in people.Ask) (people.Membership, error) {
	var m people.Membership
	if there, err := exists(tx, "units", in.UnitID); err != nil || !there {
		return m, orRefuse(err, models.Refuse(models.NotFound, "unit.not_found"))
	}
	err := tx.DB().Where("account_id = ? AND role = ? AND scope_kind = ? AND scope_id = ?", a.AccountID, models.Resident, models.ScopeUnit, in.UnitID).
		Where("status IN ? AND (valid_to IS NULL OR valid_to > ?)", []models.MembershipStatus{models.Pending, models.Approved}, tx.Today()).
		Order("id").Take(&m).Error
	if !storage.Absent(err) {
		return m, err
	}
	var pending int64
	err = tx.DB().Table("memberships").Where("account_id = ? AND status = ?", a.AccountID, models.Pending).Count(&pending).Error
	if err != nil {
		return m, err
	}
	if pending >= people.MostPendingAtATime {
		return m, models.Refuse(models.Conflict, "membership.too_many_pending").With("most", people.MostPendingAtATime)
	}
	if err := s.take(tx, "membership.too_many_asked", strconv.FormatInt(a.AccountID, 10), people.ResidencesAsked...); err != nil {
		return m, err
	}
	return GrantMembership(tx, a, Grant{
		AccountID: a.AccountID, Role: models.Resident, ScopeKind: models.ScopeUnit, ScopeID: in.UnitID,
		Relation: in.Relation, Status: models.Pending,
	})
}

// request is a residence with what the rule about deciding needs to know.
type request struct {
	people.Membership
	Name        string
	Phone       string
	CommunityID int64
	TownID      int64
	PartyID     int64
	PartyKind   place.PartyKind
}

func (r request) residence() people.Residence {
	return people.Residence{
		AccountID: r.AccountID, CommunityID: r.CommunityID, TownID: r.TownID, PartyID: r.PartyID,
		StationAnswers: r.PartyKind == place.PartyServiceStation || r.PartyID == 0,
		TownAnswers:    r.PartyKind == place.PartyTown,
	}
}

// requests joins residences with the place and with who answers there today.
func requests(tx storage.Tx) *gorm.DB {
	today := tx.Today()
	return tx.DB().Table("memberships m").
		Select("m.*, a.name, a.phone, e.community_id, e.town_id, coalesce(hp.id, 0) AS party_id, coalesce(hp.kind, '') AS party_kind").
		Joins("JOIN accounts a ON a.id = m.account_id").
		Joins("JOIN units u ON u.id = m.scope_id").
		Joins("JOIN estates e ON e.id = u.estate_id").
		Joins("LEFT JOIN service_terms t ON t.estate_id = e.id AND t.valid_from <= ? AND (t.valid_to IS NULL OR t.valid_to > ?)", today, today).
		Joins("LEFT JOIN handling_parties hp ON hp.id = t.handling_party_id").
		Where("m.role = ? AND m.scope_kind = ?", models.Resident, models.ScopeUnit)
}

// decidable narrows requests to those that the actor may decide: people.MayDecide as a WHERE clause. A test holds the
// two together.
func decidable(q *gorm.DB, a models.Actor) *gorm.DB {
	q = q.Where("m.account_id <> ?", a.AccountID)
	if a.Has(models.CenterOfficer, models.Admin) {
		return q
	}
	stations := append(a.Scopes(models.ScopeCommunity, models.StationStaff), 0)
	towns := append(a.Scopes(models.ScopeTown, models.TownOfficer), 0)
	parties := append([]int64{-1}, a.Parties...)
	return q.Where("coalesce(hp.id, 0) NOT IN ?", parties).
		Where("((e.community_id IN ? AND hp.kind IS NOT NULL AND hp.kind NOT IN ?) OR (e.town_id IN ? AND coalesce(hp.kind, ?) = ?))",
			stations, []place.PartyKind{place.PartyServiceStation, place.PartyTown},
			towns, place.PartyServiceStation, place.PartyServiceStation)
}

// requestsShown bounds the list of requests.
const requestsShown = 100

// pending are the requests that a may decide.
func pending(tx storage.Tx, a models.Actor) *gorm.DB {
	return decidable(requests(tx), a).Where("m.status = ?", models.Pending)
}

// MembershipRequestsWaiting counts them: as many as the list holds.
func (s *Store) MembershipRequestsWaiting(ctx context.Context, a models.Actor) (int, error) {
	var n int64
	err := s.db.Read(ctx, func(tx storage.Tx) error { return pending(tx, a).Count(&n).Error })
	return int(min(n, requestsShown)), err
}

// MembershipRequests lists the pending requests that the actor may decide, oldest first, at most 100.
func (s *Store) MembershipRequests(ctx context.Context, a models.Actor) (views []people.RequestView, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		views = []people.RequestView{}
		var rows []request
		if err := pending(tx, a).Order("m.id").Limit(requestsShown).Scan(&rows).Error; err != nil {
			return err
		}
		names, err := scopeNames(tx, memberships(rows))
		for _, r := range rows {
			views = append(views, people.RequestView{
				MembershipView: r.View(names[scopeKey{r.ScopeKind, r.ScopeID}]), Relation: r.Relation,
				AccountName: r.Name, PhoneMasked: models.MaskPhone(r.Phone), AskedAt: r.AskedAt,
			})
		}
		return err
	})
	return views, err
}

func memberships(rows []request) []people.Membership {
	var held []people.Membership
	for _, r := range rows {
		held = append(held, r.Membership)
	}
	return held
}

// DecideMembership approves or refuses a residence. To those who may not decide it the request does not exist; only the
// judged party's own people, who know it anyway, are told why.
func (s *Store) DecideMembership(ctx context.Context, a models.Actor, id int64, in people.Decision) (view people.MembershipView, err error) {
	if err := in.Check(); err != nil {
		return view, err
	}
	err = s.changing(ctx, func(tx storage.Tx) error {
		r, err := requestByID(tx, id)
		if err != nil {
			return err
		}
		if !people.MayDecide(a, r.residence()) {
			return hiddenOrJudged(a, r)
		}
		if err := decide(tx, a, &r.Membership, in); err != nil {
			return err
		}
		view, err = viewOne(tx, r.Membership)
		return err
	})
	return view, err
}

func hiddenOrJudged(a models.Actor, r request) error {
	if a.AccountID != r.AccountID && a.HasFor(models.StationStaff, models.ScopeCommunity, r.CommunityID) {
		return models.Refuse(models.Denied, "membership.judged_party")
	}
	return models.Refuse(models.NotFound, "membership.not_found")
}

func requestByID(tx storage.Tx, id int64) (request, error) {
	var r request
	err := requests(tx).Where("m.id = ?", id).Take(&r).Error
	if storage.Absent(err) {
		err = models.Refuse(models.NotFound, "membership.not_found")
	}
	return r, err
}

// decide writes the decision where the request is still pending.
func decide(tx storage.Tx, a models.Actor, m *people.Membership, in people.Decision) error {
	action := "refuse"
	at := tx.At()
	m.Status, m.DecidedAt, m.DecidedBy = models.Refused, &at, a.AccountID
	if in.Approve {
		action = "approve"
		m.Status, m.Method = models.Approved, in.Method
	}
	change := tx.DB().Table("memberships").Where("id = ? AND status = ?", m.ID, models.Pending).
		Updates(map[string]any{"status": m.Status, "method": m.Method, "decided_at": at, "decided_by": a.AccountID})
	if change.Error != nil {
		return change.Error
	}
	if change.RowsAffected == 0 {
		return models.Refuse(models.Conflict, "membership.decided")
	}
	return tell(tx, a, action, *m, models.Pending, in.Reason)
}

func viewOne(tx storage.Tx, m people.Membership) (people.MembershipView, error) {
	names, err := scopeNames(tx, []people.Membership{m})
	return m.View(names[scopeKey{m.ScopeKind, m.ScopeID}]), err
}

// exists reports whether table, one of our own names, has the row.
func exists(tx storage.Tx, table string, id int64) (bool, error) {
	var n int64
	err := tx.DB().Table(table).Where("id = ?", id).Limit(1).Count(&n).Error
	return n == 1, err
}

func orRefuse(err, refusal error) error {
	if err != nil {
		return err
	}
	return refusal
}
