package people

import (
	"context"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"linli/models"
	"linli/models/people"
	"linli/models/place"
	"linli/storage"
)

// Appoint gives a person, known by phone number, a role for a place or a body. The account is made where there is none.
func (s *Store) Appoint(ctx context.Context, a models.Actor, in people.Appointment) (view people.MembershipView, err error) {
	if in.Phone, err = people.Phone(in.Phone); err != nil {
		return view, err
	}
	if in.Name, err = people.CleanName(in.Name); err != nil {
		return view, err
	}
	err = s.changing(ctx, func(tx storage.Tx) error {
		m, err := appoint(tx, a, in)
		if err != nil {
			return err
		}
		view, err = viewOne(tx, m)
		return err
	})
	return view, err
}

func appoint(tx storage.Tx, a models.Actor, in people.Appointment) (people.Membership, error) {
	var m people.Membership
	if in.ValidFrom == "" {
		in.ValidFrom = tx.Today()
	}
	known, err := AccountByPhone(tx, in.Phone)
	if err != nil && !storage.Absent(err) {
		return m, err
	}
	if err := people.CheckAppointment(a, in, known.ID); err != nil {
		return m, err
	}
	if err := checkScope(tx, in); err != nil {
		return m, err
	}
	account, err := LinkPhone(tx, a, in.Phone, in.Name)
	if err != nil {
		return m, err
	}
	if err := noOverlap(tx, account.ID, in); err != nil {
		return m, err
	}
	// Last of all: a name that fits leaves an appointment and its line, so that nobody tries names out in silence.
	if err := in.CheckName(known.Name); err != nil {
		return m, err
	}
	for _, id := range in.Replaces {
		if err := replace(tx, a, in, account.ID, id); err != nil {
			return m, err
		}
	}
	return GrantMembership(tx, a, Grant{
		AccountID: account.ID, Role: in.Role, ScopeKind: in.ScopeKind, ScopeID: in.ScopeID,
		Method: people.ByAppointment, ValidFrom: in.ValidFrom, ValidTo: in.ValidTo,
	})
}

// replacedNote stands in the ledger beside the end of an appointment that another person took over.
const replacedNote = "由新任命的人接任"

// replace ends the appointment of another person to the same role at the same place: today, or on the day on which the new one
// begins where that lies ahead, so that there is no day without anybody.
func replace(tx storage.Tx, a models.Actor, in people.Appointment, account, id int64) error {
	m, _, err := membershipByID(tx, id)
	if err != nil {
		return err
	}
	if m.Role != in.Role || m.ScopeKind != in.ScopeKind || m.ScopeID != in.ScopeID || m.Status != models.Approved || m.AccountID == account {
		return models.Refuse(models.NotFound, "membership.not_found")
	}
	if in.ValidFrom <= tx.Today() {
		_, err = endMembership(tx, a, id, replacedNote)
		return err
	}
	if m.ValidTo != "" && m.ValidTo <= in.ValidFrom {
		return nil
	}
	m.ValidTo = in.ValidFrom
	change := tx.DB().Table("memberships").Where("id = ? AND status = ?", id, models.Approved).Update("valid_to", m.ValidTo)
	if change.Error != nil || change.RowsAffected == 0 {
		return orRefuse(change.Error, models.Refuse(models.Conflict, "membership.ended"))
	}
	return tell(tx, a, "end", m, m.Status, replacedNote)
}

// checkScope refuses an appointment for something that is not there, or of another kind than the role needs.
func checkScope(tx storage.Tx, in people.Appointment) error {
	missing := models.RefuseField("membership.scope_missing", "scope_id")
	switch in.ScopeKind {
	case models.ScopeBuilding, models.ScopeEstate:
		there, err := exists(tx, string(in.ScopeKind)+"s", in.ScopeID)
		if err != nil || !there {
			return orRefuse(err, missing)
		}
		return nil
	case models.ScopeHandlingParty:
		var party place.HandlingParty
		err := tx.DB().Where("id = ?", in.ScopeID).Take(&party).Error
		if storage.Absent(err) || err == nil && !people.FitsParty(in.Role, string(party.Kind)) {
			return missing
		}
		return err
	}
	var division place.Division
	err := tx.DB().Where("id = ? AND level = ?", in.ScopeID, string(in.ScopeKind)).Take(&division).Error
	if storage.Absent(err) {
		return missing
	}
	return err
}

// noOverlap refuses a second appointment of the same person to the same role on the same days.
func noOverlap(tx storage.Tx, account int64, in people.Appointment) error {
	q := tx.DB().Table("memberships").
		Where("account_id = ? AND role = ? AND scope_kind = ? AND scope_id = ? AND status = ?", account, in.Role, in.ScopeKind, in.ScopeID, models.Approved).
		Where("(valid_to IS NULL OR valid_to > ?)", in.ValidFrom)
	if in.ValidTo != "" {
		q = q.Where("valid_from < ?", in.ValidTo)
	}
	var n int64
	if err := q.Limit(1).Count(&n).Error; err != nil {
		return err
	}
	if n > 0 {
		return models.Refuse(models.Conflict, "membership.exists")
	}
	return nil
}

// Appointments lists the roles that people hold, or will hold, newest first. Residences are not appointments and are
// not in it. Only the centre and the admin may read it.
func (s *Store) Appointments(ctx context.Context, a models.Actor, f people.AppointmentFilter) (list people.AppointmentList, err error) {
	if !a.Has(models.CenterOfficer, models.Admin) {
		return list, models.Refuse(models.Denied, "membership.denied")
	}
	if f.Limit <= 0 || f.Limit > 100 {
		f.Limit = 100
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		list, err = appointments(tx, f, a.Has(models.Admin))
		return err
	})
	return list, err
}

func appointments(tx storage.Tx, f people.AppointmentFilter, tellFactors bool) (list people.AppointmentList, err error) {
	q := tx.DB().Table("memberships m").Joins("JOIN accounts a ON a.id = m.account_id").
		Where("m.role <> ? AND m.status = ? AND (m.valid_to IS NULL OR m.valid_to > ?)", models.Resident, models.Approved, tx.Today())
	if f.Role != "" {
		q = q.Where("m.role = ?", f.Role)
	}
	if f.ScopeKind != "" {
		q = q.Where("m.scope_kind = ?", f.ScopeKind)
	}
	if f.ScopeID != 0 {
		q = q.Where("m.scope_id = ?", f.ScopeID)
	}
	if phone, err := people.Phone(f.Q); err == nil {
		q = q.Where("a.phone = ?", phone)
	} else if f.Q != "" {
		like := "%" + escapeLike(f.Q) + "%"
		q = q.Where(`(a.name LIKE @like ESCAPE '\' OR `+sqlScopeNamed+`)`, map[string]any{"like": like, "today": tx.Today()})
	}
	q = q.Session(&gorm.Session{})
	if f.Before == 0 {
		list.Total = new(int64)
		if err := q.Count(list.Total).Error; err != nil {
			return list, err
		}
	} else {
		q = q.Where("m.id < ?", f.Before)
	}
	var rows []request
	if err := q.Select("m.*, a.name, a.phone").Order("m.id DESC").Limit(f.Limit + 1).Scan(&rows).Error; err != nil {
		return list, err
	}
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		list.Next = strconv.FormatInt(rows[f.Limit-1].ID, 10)
	}
	names, err := scopeNames(tx, memberships(rows))
	if err != nil {
		return list, err
	}
	var secured map[int64]bool
	if tellFactors {
		if secured, err = withFactor(tx, memberships(rows)); err != nil {
			return list, err
		}
	}
	list.Items = []people.AppointmentView{}
	for _, r := range rows {
		list.Items = append(list.Items, people.AppointmentView{
			MembershipView: r.View(names[scopeKey{r.ScopeKind, r.ScopeID}]),
			AccountID:      r.AccountID, AccountName: r.Name, PhoneMasked: models.MaskPhone(r.Phone),
			SecondFactor: secured[r.AccountID],
		})
	}
	return list, nil
}

// sqlScopeNamed finds memberships by what stands in the list as their place: an estate, a building with or without it, a body, a division.
const sqlScopeNamed = `m.scope_kind = 'building' AND m.scope_id IN (SELECT b.id FROM buildings b JOIN estates e ON e.id = b.estate_id
		WHERE b.name LIKE @like ESCAPE '\' OR e.name || b.name LIKE @like ESCAPE '\' OR e.name || ' ' || b.name LIKE @like ESCAPE '\')
	OR m.scope_kind = 'estate' AND m.scope_id IN (SELECT id FROM estates WHERE name LIKE @like ESCAPE '\')
	OR m.scope_kind = 'handling_party' AND m.scope_id IN (SELECT id FROM handling_parties WHERE name LIKE @like ESCAPE '\')
	OR m.scope_kind IN ('community', 'town', 'county') AND m.scope_id IN (SELECT division_id FROM division_codes
		WHERE name LIKE @like ESCAPE '\' AND valid_from <= @today AND (valid_to IS NULL OR valid_to > @today))`

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func escapeLike(text string) string { return likeEscaper.Replace(text) }

// EndMembership ends a membership at once. Its days stay on record: it was valid up to yesterday.
func (s *Store) EndMembership(ctx context.Context, a models.Actor, id int64, reason string) (view people.MembershipView, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return view, models.RefuseField("membership.reason_missing", "reason")
	}
	if len(reason) > people.MaxReason {
		return view, models.RefuseField("membership.reason_too_long", "reason")
	}
	err = s.changing(ctx, func(tx storage.Tx) error {
		m, err := endMembership(tx, a, id, reason)
		if err != nil {
			return err
		}
		view, err = viewOne(tx, m)
		return err
	})
	return view, err
}

func endMembership(tx storage.Tx, a models.Actor, id int64, reason string) (people.Membership, error) {
	m, residence, err := membershipByID(tx, id)
	if err != nil {
		return m, err
	}
	if !people.MayEnd(a, m, residence) {
		return m, models.Refuse(models.NotFound, "membership.not_found")
	}
	if m.Role == models.Admin {
		if err := anotherAdmin(tx, m.AccountID); err != nil {
			return m, err
		}
	}
	from := m.Status
	m.Status, m.ValidTo = models.Ended, max(tx.Today(), m.ValidFrom)
	change := tx.DB().Table("memberships").Where("id = ? AND status = ?", id, from).
		Where("status IN ?", []models.MembershipStatus{models.Pending, models.Approved}).
		Updates(map[string]any{"status": m.Status, "valid_to": m.ValidTo})
	if change.Error != nil {
		return m, change.Error
	}
	if change.RowsAffected == 0 {
		return m, models.Refuse(models.Conflict, "membership.ended")
	}
	return m, tell(tx, a, "end", m, from, reason)
}

func membershipByID(tx storage.Tx, id int64) (m people.Membership, residence people.Residence, err error) {
	err = tx.DB().Where("id = ?", id).Take(&m).Error
	if storage.Absent(err) {
		return m, residence, models.Refuse(models.NotFound, "membership.not_found")
	}
	if err != nil || m.Role != models.Resident {
		return m, residence, err
	}
	r, err := requestByID(tx, id)
	return m, r.residence(), err
}

// anotherAdmin refuses to leave the county without an admin. The rows are locked, so that two admins who end each
// other at the same moment do not both succeed; SQLite has one writer anyway.
func anotherAdmin(tx storage.Tx, account int64) error {
	admins, err := adminsToday(tx, clause.Locking{Strength: "UPDATE"})
	if err != nil {
		return err
	}
	for _, id := range admins {
		if id != account {
			return nil
		}
	}
	return models.Refuse(models.Conflict, "membership.last_admin")
}

// adminsToday are the accounts that hold the admin's role today and may sign in.
func adminsToday(tx storage.Tx, lock ...clause.Expression) ([]int64, error) {
	var accounts []int64
	today := tx.Today()
	err := tx.DB().Clauses(lock...).Table("memberships").
		Where("role = ? AND status = ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)", models.Admin, models.Approved, today, today).
		Where("account_id IN (SELECT id FROM accounts WHERE disabled_at IS NULL)").
		Order("id").Limit(1000).Pluck("account_id", &accounts).Error
	return accounts, err
}
