package place

import (
	"context"
	"slices"
	"time"

	"linli/models"
	"linli/models/place"
	"linli/storage"
)

// checksShown bounds the list of calls that are due now; checkEstates how many estates a call names.
const (
	checksShown  = 50
	checkEstates = 5
)

// PhoneChecks are the calls that a must make now, the one that expires first at the top, and those whose result he can still
// correct. A call that is not due yet is nowhere.
func (s *Store) PhoneChecks(ctx context.Context, a models.Actor) (list place.PhoneCheckList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.phones.In(tx)
		if err != nil {
			return err
		}
		waiting, err := waitingChecks(tx)
		if err != nil {
			return err
		}
		var told []place.PhoneCheck
		since := models.UTC(tx.At().Add(-time.Duration(rules.CorrectMinutes) * time.Minute))
		err = tx.DB().Where("result <> '' AND called_by = ? AND called_at > ?", a.AccountID, since).Order("called_at DESC, id DESC").Limit(checksShown).Find(&told).Error
		if err != nil {
			return err
		}
		if list.Items, err = checkViews(tx, a, waiting, rules); err != nil {
			return err
		}
		list.Told, err = checkViews(tx, a, told, rules)
		return err
	})
	return list, err
}

// waitingChecks are those that somebody has to make now, whoever it is.
func waitingChecks(tx storage.Tx) (waiting []place.PhoneCheck, err error) {
	err = tx.DB().Where("result = '' AND until_at > ? AND due_at <= ?", tx.At(), tx.At()).Order("until_at, id").Limit(inChunk).Find(&waiting).Error
	return waiting, err
}

// PhoneChecksWaiting counts the posted phones that a must call now: as many as his list holds.
func (s *Store) PhoneChecksWaiting(ctx context.Context, a models.Actor) (n int, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		waiting, err := waitingChecks(tx)
		for _, c := range waiting {
			if c.MayCall(a) {
				n++
			}
		}
		return err
	})
	return min(n, checksShown), err
}

// checkViews are the checks that a may make, with what stands around them.
func checkViews(tx storage.Tx, a models.Actor, checks []place.PhoneCheck, rules place.PhoneRules) ([]place.PhoneCheckView, error) {
	var his []place.PhoneCheck
	var ids, parties, communities []int64
	for _, c := range checks {
		if c.MayCall(a) && len(his) < checksShown {
			his = append(his, c)
			ids, parties, communities = append(ids, c.ID), append(parties, c.PartyID), append(communities, c.CommunityID)
		}
	}
	byID, err := partiesByID(tx, parties)
	if err != nil {
		return nil, err
	}
	names, err := divisionNames(tx, communities, tx.Today())
	if err != nil {
		return nil, err
	}
	estates, err := estatesOfChecks(tx, ids)
	views := []place.PhoneCheckView{}
	for _, c := range his {
		views = append(views, place.ViewPhoneCheck(c, byID[c.PartyID], names[c.CommunityID], estates[c.ID], rules, tx.At()))
	}
	return views, err
}

// estatesOfChecks names the first estates on whose cards each number stood, by check.
func estatesOfChecks(tx storage.Tx, checkIDs []int64) (map[int64][]string, error) {
	named := map[int64][]string{}
	for chunk := range chunks(checkIDs) {
		var rows []struct {
			CheckID int64
			Name    string
		}
		err := tx.DB().Table("phone_check_estates c").Joins("JOIN estates e ON e.id = c.estate_id").Where("c.check_id IN ?", chunk).
			Select("c.check_id, e.name").Order("c.check_id, e.id").Limit(10 * inChunk).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if len(named[row.CheckID]) < checkEstates {
				named[row.CheckID] = append(named[row.CheckID], row.Name)
			}
		}
	}
	return named, nil
}

// TellPhoneCheck writes down what came of a call. Of two who tell at once, the second is refused.
func (s *Store) TellPhoneCheck(ctx context.Context, a models.Actor, id int64, wish place.PhoneTelling) (view place.PhoneCheckView, err error) {
	err = s.db.Write(ctx, func(tx storage.Tx) error {
		view, err = s.TellPhoneCheckIn(tx, a, id, wish)
		return err
	})
	return view, err
}

// TellPhoneCheckIn is TellPhoneCheck inside a transaction.
func (s *Store) TellPhoneCheckIn(tx storage.Tx, a models.Actor, id int64, wish place.PhoneTelling) (view place.PhoneCheckView, err error) {
	rules, err := s.phones.In(tx)
	if err != nil {
		return view, err
	}
	var found []place.PhoneCheck
	if err := tx.DB().Where("id = ? AND due_at <= ?", id, tx.At()).Limit(1).Find(&found).Error; err != nil {
		return view, err
	}
	if len(found) == 0 {
		return view, models.Refuse(models.NotFound, "phone_check.not_found")
	}
	before := found[0]
	check, changed, err := before.Tell(a, wish, rules, tx.At())
	if err != nil {
		return view, err
	}
	if changed {
		if err := keepTold(tx, a, before, check); err != nil {
			return view, err
		}
	}
	views, err := checkViews(tx, a, []place.PhoneCheck{check}, rules)
	if err != nil {
		return view, err
	}
	return views[0], nil
}

// keepTold writes a result where the check still is as it was read, and the step into the ledger: which party, never the number.
func keepTold(tx storage.Tx, a models.Actor, before, check place.PhoneCheck) error {
	res := tx.DB().Model(&place.PhoneCheck{}).Where("id = ? AND result = ? AND corrected_at IS NULL", check.ID, before.Result).
		Updates(map[string]any{"result": check.Result, "called_at": check.CalledAt, "called_by": check.CalledBy, "corrected_at": check.CorrectedAt})
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return models.Refuse(models.Conflict, "phone_check.called")
	}
	action := "tell"
	if check.CorrectedAt != nil {
		action = "correct"
	}
	_, err := storage.Record(tx, models.Event{
		Noun: "phone_check", NounID: check.ID, Action: action, ActorID: a.AccountID, ActorRole: a.ActsAs(models.Role.Oversees), PartyID: check.PartyID,
		From: string(before.Result), To: string(check.Result),
	})
	return err
}

// sharedRow is how many checks of a party have one result.
type sharedRow struct {
	ID     int64
	Result place.PhoneResult
	N      int64
}

// settled narrows checks, of alias c, to those of the published days of which no more can come: told and not to be corrected
// any more, or expired.
func settled(tx storage.Tx, rules place.PhoneRules) (condition string, values []any) {
	from := models.UTC(tx.Today().Add(-rules.PublishedDays).Start())
	final := models.UTC(tx.At().Add(-time.Duration(rules.CorrectMinutes) * time.Minute))
	return "c.due_at >= ? AND (c.result <> '' AND c.called_at <= ? OR c.result = '' AND c.until_at <= ?)", []any{from, final, tx.At()}
}

// EstatePhones is how often the numbers on an estate's card were answered by those who answer there now.
func (s *Store) EstatePhones(ctx context.Context, estateID int64) (view place.EstatePhones, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.phones.In(tx)
		if err != nil {
			return err
		}
		e, err := EstateByID(tx, estateID)
		if err != nil {
			return err
		}
		who, err := answeringFor(tx, e)
		if err != nil {
			return err
		}
		condition, values := settled(tx, rules)
		var rows []sharedRow
		err = tx.DB().Table("phone_check_estates x").Joins("JOIN phone_checks c ON c.id = x.check_id").
			Select("c.party_id AS id, c.result, COUNT(*) AS n").
			Where("x.estate_id = ? AND c.party_id IN ?", e.ID, []int64{who.party.ID, who.station.ID}).Where(condition, values...).
			Group("c.party_id, c.result").Limit(inChunk).Scan(&rows).Error
		if err != nil {
			return err
		}
		view.Days, view.Enough = rules.PublishedDays, rules.ShareFrom
		for _, r := range rows {
			if r.ID == who.party.ID {
				view.Party.Add(r.Result, r.N)
			}
			if r.ID == who.station.ID {
				view.Station.Add(r.Result, r.N)
			}
		}
		view.Party, view.Station = view.Party.Shared(rules), view.Station.Shared(rules)
		return nil
	})
	return view, err
}

// TownPhones is the published table: how often posted numbers were answered, and how many calls were not made. An office that
// looks after a part of the county is told that part, town by town, or community by community where it looks after those; everybody
// else every town.
func (s *Store) TownPhones(ctx context.Context, a models.Actor) (list place.TownPhoneList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		rules, err := s.phones.In(tx)
		if err != nil {
			return err
		}
		list.Days, list.Enough = rules.PublishedDays, rules.ShareFrom
		part := models.ScopeOf(a).Overseen()
		part.Everything = part.Everything || part.Empty()
		condition, values := settled(tx, rules)
		find := tx.DB().Table("phone_checks c").Select("c.town_id, c.community_id, c.level, c.result, COUNT(*) AS n").Where(condition, values...)
		if !part.Everything {
			find = find.Where("(c.town_id IN ? OR c.community_id IN ?)", part.Towns, part.Communities)
		}
		var rows []townShared
		if err := find.Group("c.town_id, c.community_id, c.level, c.result").Limit(10 * inChunk).Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			list.All.Add(r.Result, r.N)
		}
		list.All, list.Part = list.All.Shared(rules), !part.Everything
		list.Items, err = townRows(tx, part, rows, rules)
		return err
	})
	return list, err
}

// townShared is how many calls of a community had one result.
type townShared struct {
	TownID, CommunityID int64
	Level               int
	Result              place.PhoneResult
	N                   int64
}

func townRows(tx storage.Tx, part models.Scope, rows []townShared, rules place.PhoneRules) ([]place.TownPhones, error) {
	towns, err := Towns(tx)
	if err != nil {
		return nil, err
	}
	items := []place.TownPhones{}
	add := func(item place.TownPhones, has func(townShared) bool) {
		for _, r := range rows {
			switch {
			case !has(r):
			case r.Level > models.LevelStation:
				item.Stations.Add(r.Result, r.N)
			default:
				item.Parties.Add(r.Result, r.N)
			}
		}
		item.Parties, item.Stations = item.Parties.Shared(rules), item.Stations.Shared(rules)
		items = append(items, item)
	}
	for _, t := range towns {
		if !t.Gone && (part.Everything || slices.Contains(part.Towns, t.ID)) {
			add(place.TownPhones{TownID: t.ID, TownName: t.Name}, func(r townShared) bool { return r.TownID == t.ID })
		}
	}
	names, err := divisionNames(tx, part.Communities, tx.Today())
	for _, id := range part.Communities {
		add(place.TownPhones{CommunityID: id, TownName: names[id]}, func(r townShared) bool { return r.CommunityID == id })
	}
	return items, err
}

// drawsShown is how many weeks of draws are listed.
const drawsShown = 15

// PhoneDraws are the draws of the last weeks, for anybody: their commitments and beacons, and the secrets of those that are over.
func (s *Store) PhoneDraws(ctx context.Context) (list place.PhoneDrawList, err error) {
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		var draws []place.PhoneDraw
		err := tx.DB().Omit("lines", "rules").Order("week DESC").Limit(drawsShown).Find(&draws).Error
		list.Items = []place.PhoneDrawView{}
		for _, d := range draws {
			list.Items = append(list.Items, d.Head(tx.At()))
		}
		return err
	})
	return list, err
}

// PhoneDraw is one week's draw, for anybody: all of it once its week is over.
func (s *Store) PhoneDraw(ctx context.Context, week models.Date) (view place.PhoneDrawView, err error) {
	if _, ok := models.ParseDate(string(week)); !ok {
		return view, models.RefuseField("request.bad_date", "week")
	}
	err = s.db.Read(ctx, func(tx storage.Tx) error {
		draw, there, err := drawOf(tx, week)
		if err == nil && !there {
			err = models.Refuse(models.NotFound, "phone_draw.not_found")
		}
		if err == nil {
			view, err = draw.View(tx.At())
		}
		return err
	})
	return view, err
}
