package ticket_test

import (
	"fmt"
	"slices"
	"time"

	"linli/models"
	"linli/models/photo"
	"linli/models/place"
	"linli/models/ticket"
	"linli/storage"
	tickets "linli/storage/ticket"
)

// driver says how a step is asked of the store, and what the model makes of the same.
type driver struct {
	expect func(*attempt) *expectation
	do     func(*attempt) error
}

// byName are the steps that a person asks for by their name.
var byName = driver{
	expect: func(y *attempt) *expectation {
		if err := y.sees(); err != nil {
			return refusal(err)
		}
		t := y.m.t
		lines, version := 1, y.version
		late := y.action == ticket.ContactConfirm && ticket.PartOf(y.a, t) == ticket.PartReporter && t.State == ticket.InProgress && t.ContactedAt == nil
		if ticket.Speaks(y.a, t, y.action) && (y.version == 0 || y.version == t.Version || late) {
			again, ended := y.heard(t)
			if ended > 0 {
				version = 0
			}
			t, lines = again, lines+ended
		}
		if late {
			return becomes(y.m, t.Reached(y.c, y.now), lines)
		}
		if part := ticket.PartOf(y.a, t); y.action == ticket.ContactShare && t.ReporterID == 0 && (part == ticket.PartReporter || part == ticket.PartFiler) {
			return refusal(models.Refuse(models.Conflict, "ticket.no_number_to_share")) // the neighbour of these histories has no phone
		}
		next, _, err := t.Apply(y.a, ticket.Move{Action: y.action, Note: y.note, Version: version}, y.c, y.now)
		if err != nil {
			return refusal(err)
		}
		return becomes(y.m, next, lines)
	},
	do: func(y *attempt) error {
		_, err := y.store().MoveTicket(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.Move{Action: y.action, Note: y.note, Version: y.version})
		return err
	},
}

func (y *attempt) store() *tickets.Store { return y.w.r.w.store }

func (y *attempt) write(f func(storage.Tx) error) error {
	return y.w.r.w.db.Write(y.w.r.t.Context(), f)
}

// Steps that have no line in the flow table: words, looks, voices, and the other door of a step that has one.
const (
	extraSay     ticket.Action = "say something"
	extraContact ticket.Action = "look at the number"
	extraSupport ticket.Action = "support it"
	extraCrowd   ticket.Action = "all support it"
	extraRate    ticket.Action = "rate again"
	extraRelease ticket.Action = "release the batch"
	extraByName  ticket.Action = "ask for the program's step"
)

func extraActions() []ticket.Action {
	return []ticket.Action{extraCallback, extraSay, extraContact, extraSupport, extraCrowd, extraRate, extraRelease, extraByName}
}

var drivers map[ticket.Action]*driver

func init() {
	drivers = map[ticket.Action]*driver{
		ticket.Contact:         {expectContact, doContact},
		ticket.Done:            {expectDone, doDone},
		ticket.DoneSaid:        {expectDoneSaid, doDoneSaid},
		ticket.Confirm:         {expectConfirm, doConfirm},
		ticket.SendBack:        {expectSendBack, doSendBack},
		ticket.RelayConfirm:    {expectConfirm, doConfirm},
		ticket.Silence:         {expectSilence, doSilence},
		ticket.Return:          {expectReturn, doReturn},
		ticket.ReturnGrant:     {expectReturnDecision, doReturnDecision},
		ticket.ReturnRefuse:    {expectReturnDecision, doReturnDecision},
		ticket.Redispatch:      {expectRedispatch, doRedispatch},
		ticket.OfficeContact:   {expectOfficeContact, doOfficeContact},
		ticket.Extend:          {expectExtend, doExtend},
		ticket.ExtendGrant:     {expectExtensionDecision, doExtensionDecision},
		ticket.ExtendRefuse:    {expectExtensionDecision, doExtensionDecision},
		ticket.PauseParts:      {expectPause, doPause},
		ticket.PauseDay:        {expectPause, doPause},
		ticket.PauseUnreached:  {expectPause, doPause},
		ticket.ContactTry:      {expectTry, doTry},
		ticket.Resume:          {expectResume, doResume},
		ticket.Joint:           {expectJoint, doJoint},
		ticket.JointAnswer:     {expectJointAnswer, doJointAnswer},
		ticket.SuspendAsk:      {expectSuspendAsk, doSuspendAsk},
		ticket.Suspend:         {expectSuspendDecision, doSuspendDecision},
		ticket.SuspendRefuse:   {expectSuspendDecision, doSuspendDecision},
		ticket.SuspendReview:   {expectSuspendReview, doSuspendReview},
		ticket.SuspendClear:    {expectSuspendClear, doSuspendClear},
		ticket.Promise:         {expectPromise, doPromise},
		ticket.PromiseRedate:   {expectRedate, doRedate},
		ticket.PromiseKept:     {expectVerdict, doVerdict},
		ticket.PromiseBroken:   {expectVerdict, doVerdict},
		ticket.PromiseLapse:    {expectPromiseLapse, doPromiseLapse},
		ticket.Remind:          {expectAlerts, doAlerts},
		ticket.Escalate:        {expectAlerts, doAlerts},
		ticket.Call:            {expectCall, doCall},
		ticket.Dispatch:        {expectHandOver, doHandOver},
		ticket.CallbackConfirm: {expectCallback, doCallback},
		ticket.Reopen:          {expectCallback, doCallback},
		extraCallback:          {expectCallback, doCallback},
		extraRelease:           {expectRelease, doRelease},
		extraSay:               {expectSay, doSay},
		extraContact:           {expectLook, doLook},
		extraSupport:           {expectSupport, doSupport},
		extraCrowd:             {expectSupport, doSupport},
		extraRate:              {expectConfirm, doConfirm},
		extraByName:            {expectByName, doByName},
	}
}

// checked is a text as CheckText takes it, or the refusal.
func (y *attempt) words(field string, required bool) error {
	_, err := ticket.CheckText(y.note, field, required, y.c.MaxText)
	return err
}

func (y *attempt) hours() ticket.Hours { return y.w.r.hours(y.c) }

func (y *attempt) urgency() ticket.Urgency {
	u, _ := y.c.Urgency(y.m.t.Urgency)
	return u
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// The reporter reads what the handler wrote: contact is his deed.
func expectContact(y *attempt) *expectation {
	if err := y.sees(); err != nil {
		return refusal(err)
	}
	m := y.m
	side := ticket.SideOf(ticket.PartOf(y.a, m.t))
	if side != ticket.PartReporter && side != ticket.PartHandler {
		return stays(0, m)
	}
	told, left := false, []unreadLine(nil)
	for _, l := range m.unread {
		if l.side == side {
			left = append(left, l)
			continue
		}
		told = told || l.side == ticket.PartHandler && l.tells
	}
	want := stays(0, m)
	if side == ticket.PartReporter && told && m.t.ContactedAt == nil && m.t.Open {
		if m.t.State == ticket.Dispatched || m.t.State == ticket.Acknowledged {
			next, _, err := m.t.Apply(models.SystemActor, ticket.Move{Action: ticket.Contact}, y.c, y.now)
			if err != nil {
				return refusal(err)
			}
			want = becomes(m, next, 1)
		} else {
			want = becomes(m, m.t.Reached(y.c, y.now), 1)
		}
	}
	if len(left) != len(m.unread) {
		want.after = func() { m.unread = left }
	}
	return want
}

func doContact(y *attempt) error {
	return y.store().ReadMessages(y.w.r.t.Context(), y.a, y.m.t.ID, 10_000)
}

func expectSay(y *attempt) *expectation {
	m := y.m
	part := ticket.PartOf(y.a, m.t)
	err := y.sees()
	switch {
	case err != nil:
	case ticket.OnlyAudits(y.a, m.t):
		err = models.Refuse(models.Denied, "ticket.not_yours_to_message")
	case !m.t.MaySay(part, y.c, y.now):
		err = models.Refuse(models.Conflict, "ticket.thread_closed")
	default:
		err = y.words("text", true)
	}
	if err != nil {
		return refusal(err)
	}
	want := stays(0, m)
	if ticket.Speaks(y.a, m.t, ticket.Say) {
		t, ended := y.heard(m.t)
		want = becomes(m, t, ended)
	}
	want.after = func() { m.unread = append(m.unread, unreadLine{ticket.SideOf(part), ticket.Substantive(y.note)}) }
	return want
}

func doSay(y *attempt) error {
	_, err := y.store().SendMessage(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.Saying{ClientID: clientID(), Text: y.note}, nil)
	return err
}

func expectLook(y *attempt) *expectation {
	err := y.sees()
	if err == nil && (ticket.PartOf(y.a, y.m.t) != ticket.PartHandler || !y.m.t.ContactShown()) {
		err = models.Refuse(models.Denied, "ticket.contact_not_shared")
	}
	if err = first(err, y.words("reason", true)); err != nil {
		return refusal(err)
	}
	return stays(1, y.m)
}

func doLook(y *attempt) error {
	_, err := y.store().ViewContact(y.w.r.t.Context(), y.a, y.m.t.ID, y.note)
	return err
}

// noPhoto is why there is no photo: a repair needs one or a reason.
func (y *attempt) noPhoto() string {
	return []string{"住户不同意拍照", "住户不同意拍照", ""}[y.choice(0, 3)]
}

func (y *attempt) says(reason string, photos int) (ticket.Ticket, error) {
	if err := y.sees(); err != nil {
		return y.m.t, err
	}
	if _, _, err := ticket.Proof(y.m.t.Kind, y.note, reason, photos, y.c.MaxText); err != nil {
		return y.m.t, err
	}
	action := ticket.Done
	if photos > 0 {
		action = ticket.DoneSaid
	}
	t := y.m.t
	t.Closing++
	next, _, err := t.Apply(y.a, ticket.Move{Action: action, Note: y.note, Version: y.version}, y.c, y.now)
	return next, err
}

// Done comes from the handler's word, or from the program where the last photo has arrived.
func expectDone(y *attempt) *expectation {
	m := y.m
	if !y.a.IsSystem() {
		next, err := y.says(y.noPhoto(), 0)
		if err != nil {
			return refusal(err)
		}
		want := becomes(m, next, 1)
		want.after = func() { m.rows.Closings++; m.pending, m.first = nil, nil }
		return want
	}
	want := stays(0, m)
	if m.pending == nil {
		return want
	}
	if m.t.Awaits(*m.pending) {
		if next, _, err := m.t.Apply(models.SystemActor, ticket.Move{Action: ticket.Done, Note: "已更换"}, y.c, y.now); err == nil {
			want = becomes(m, next, 1)
		}
	}
	want.after = func() { m.pending, m.first = nil, nil }
	return want
}

func doDone(y *attempt) error {
	if !y.a.IsSystem() {
		_, err := y.store().SayDone(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.DoneSaying{ClientID: clientID(), Result: y.note, NoPhotoReason: y.noPhoto(), Version: y.version}, nil)
		return err
	}
	return y.write(func(tx storage.Tx) error {
		var waits []ticket.Closing
		if err := tx.DB().Where("ticket_id = ? AND complete_at IS NULL", y.m.t.ID).Order("id DESC").Limit(1).Find(&waits).Error; err != nil || len(waits) == 0 {
			return err
		}
		return y.store().PhotoStored(tx, photo.Photo{Noun: "ticket_closing", NounID: waits[0].ID})
	})
}

// The reason beside the photos lets them count though this county has no photo store.
const besidePhotos = "照片稍后上传"

func expectDoneSaid(y *attempt) *expectation {
	m := y.m
	next, err := y.says(besidePhotos, 1)
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next, 1)
	want.after = func() {
		m.rows.Closings++
		m.pending = &ticket.Closing{HandlingPartyID: m.t.HandlingPartyID, SaidAt: y.now}
		if m.first == nil || !m.t.Awaits(*m.first) {
			m.first = m.pending
		}
	}
	return want
}

func doDoneSaid(y *attempt) error {
	said := ticket.DoneSaying{ClientID: clientID(), Result: y.note, NoPhotoReason: besidePhotos, Version: y.version}
	_, err := y.store().SayDone(y.w.r.t.Context(), y.a, y.m.t.ID, said, []photo.Claim{{ClientID: clientID(), Kind: photo.After}})
	return err
}

// closing is the one that an answer names: the newest, now and then an older one.
func (y *attempt) closing() int64 {
	if y.choice(0, 8) == 0 {
		return y.m.t.Closing - 1
	}
	return y.m.t.Closing
}

func (y *attempt) answers(solved bool) error {
	t := y.m.t
	level := 0
	if solved {
		level = y.answer().Level
	}
	err := first(y.sees(), t.MayAnswer(y.a, solved, level, y.w.kinds[t.HandlingPartyID]), y.words("text", !solved))
	if err == nil && y.closing() != y.m.t.Closing {
		err = models.Refuse(models.Conflict, "ticket.closing_passed")
	}
	return err
}

func expectConfirm(y *attempt) *expectation {
	m := y.m
	if err := y.answers(true); err != nil {
		return refusal(err)
	}
	var want *expectation
	if m.t.State == ticket.Closed && ticket.PartOf(y.a, m.t) == ticket.PartReporter {
		if !m.t.AnswerOpen(y.c, y.now) {
			return refusal(models.Refuse(models.Conflict, "ticket.answer_too_late"))
		}
		next := m.t
		next.UpdatedAt = y.now
		want = becomes(m, next, 1)
	} else {
		action, _ := ticket.Answering(y.a, m.t, true)
		next, _, err := m.t.Apply(y.a, ticket.Move{Action: action, Weightless: y.weightless(action)}, y.c, y.now)
		if err != nil {
			return refusal(err)
		}
		want = becomes(m, next, 1)
	}
	next, level := want.becomes[m], y.answer().Level
	action, outcome := ticket.Answering(y.a, m.t, true)
	office := action == ticket.Confirm && ticket.PartOf(y.a, m.t) == ticket.PartOfficer
	want.after = func() {
		m.rows.Ratings++
		if office {
			m.overtakes()
		} else {
			y.closes(next, outcome, level)
		}
	}
	return want
}

func (y *attempt) answer() ticket.Answer {
	return ticket.Answer{ClientID: clientID(), Closing: y.closing(), Level: y.choice(1, 6), Text: y.note}
}

func doConfirm(y *attempt) error {
	_, err := y.store().ConfirmTicket(y.w.r.t.Context(), y.a, y.m.t.ID, y.answer())
	return err
}

func expectSendBack(y *attempt) *expectation {
	m := y.m
	if err := y.answers(false); err != nil {
		return refusal(err)
	}
	next, _, err := m.t.Apply(y.a, ticket.Move{Action: ticket.SendBack, Note: y.note, Weightless: y.weightless(ticket.SendBack)}, y.c, y.now)
	if err != nil {
		return refusal(err)
	}
	lines := 1
	if higher, raised := next.SentBackTooOften(y.w.kinds[next.HandlingPartyID]); raised {
		next, lines = higher, lines+1
	}
	next, more := y.joins(next, len(m.units))
	lines += more
	want := becomes(m, next, lines)
	want.after = func() {
		m.rows.Ratings++
		m.overtakes()
	}
	return want
}

func doSendBack(y *attempt) error {
	answer := y.answer()
	answer.Level = 0
	_, err := y.store().SendBackTicket(y.w.r.t.Context(), y.a, y.m.t.ID, answer, nil)
	return err
}

func expectSilence(y *attempt) *expectation {
	t := y.m.t
	if t.NextDue == nil || t.NextDue.After(y.now) {
		return refusal(models.Refuse(models.Conflict, "ticket.not_silent_yet"))
	}
	next, _, err := t.Apply(models.SystemActor, ticket.Move{Action: ticket.Silence}, y.c, y.now)
	if err != nil {
		return refusal(err)
	}
	want := becomes(y.m, next, 1)
	want.after = func() { y.closes(next, ticket.OutcomeSilent, 0) }
	return want
}

func doSilence(y *attempt) error {
	return y.write(func(tx storage.Tx) error { return y.store().SilenceIn(tx, y.m.t.ID) })
}

// named is a party that somebody names: another one, the same one, one that is not there.
func (y *attempt) named() int64 {
	c := y.w.r.w.County
	all := []int64{c.Rival.ID, c.Operator.ID, c.Station.ID, c.TownParty.ID, c.Centre.ID, c.Rival.ID, y.m.t.HandlingPartyID, 999_999}
	if y.action == ticket.ReturnRefuse {
		return y.m.t.HandlingPartyID
	}
	return all[y.choice(0, len(all))]
}

func (y *attempt) other(id int64) error {
	switch {
	case y.w.kinds[id] == "":
		return models.RefuseField("ticket.unknown_party", "")
	case id == y.m.t.HandlingPartyID:
		return models.RefuseField("ticket.return_to_itself", "")
	}
	return nil
}

func expectReturn(y *attempt) *expectation {
	m := y.m
	if err := first(y.sees(), y.words("reason", true), y.other(y.named())); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, ticket.Return)
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next, 1)
	want.after = func() { m.rows.Returns++ }
	return want
}

func doReturn(y *attempt) error {
	_, err := y.store().ReturnTicket(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.ReturnAsked{Version: y.version, Reason: y.note, ProposedPartyID: y.named()})
	return err
}

func (y *attempt) decides(code string) error {
	err := y.sees()
	if err == nil && !ticket.MayDecide(y.a, y.m.t, y.w.kinds[y.m.t.HandlingPartyID]) {
		err = models.Refuse(models.Denied, code)
	}
	return err
}

func expectReturnDecision(y *attempt) *expectation {
	m := y.m
	if err := y.decides("ticket.not_yours_to_dispatch"); err != nil {
		return refusal(err)
	}
	d := ticket.ReturnDecision{PartyID: y.named()}
	action, _ := d.Means(m.t)
	if action == ticket.ReturnGrant {
		if err := y.other(d.PartyID); err != nil {
			return refusal(err)
		}
	}
	if _, err := y.apply(y.a, action); err != nil {
		return refusal(err)
	}
	return becomes(m, m.t.AfterReturn(d.PartyID, y.urgency(), y.hours(), y.c, y.now), 1)
}

func doReturnDecision(y *attempt) error {
	_, err := y.store().DecideReturn(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.ReturnDecision{Version: y.version, PartyID: y.named(), Note: y.note})
	return err
}

// seldom leaves most chances to take a matter away unused: every office has one whenever a matter is late, and no history would
// come to its end.
func (y *attempt) seldom() bool { return y.choice(2, 6) > 0 }

func expectRedispatch(y *attempt) *expectation {
	m := y.m
	if y.seldom() {
		return stays(0, m)
	}
	if err := first(y.decides("ticket.not_yours_to_redispatch"), y.words("note", true), y.other(y.named())); err != nil {
		return refusal(err)
	}
	if _, err := y.apply(y.a, ticket.Redispatch); err != nil {
		return refusal(err)
	}
	if m.first != nil {
		if err := m.t.MayTake([]ticket.Closing{*m.first}, y.now); err != nil {
			return refusal(err)
		}
	}
	category, _ := y.c.Category(m.t.Category)
	_, _, rank := y.w.route(category)
	return becomes(m, y.given(m.t, y.named(), ticket.ByRedispatch, rank), 1)
}

func doRedispatch(y *attempt) error {
	if y.seldom() {
		return nil
	}
	_, err := y.store().Redispatch(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.Redispatching{Version: y.version, PartyID: y.named(), Note: y.note})
	return err
}

// showsNumber leaves a fourth of the calls without a look at the number.
func (y *attempt) showsNumber() bool { return y.choice(2, 4) > 0 }

func expectOfficeContact(y *attempt) *expectation {
	m := y.m
	looked, before := m.looked[y.a.AccountID]
	holds := before && !looked.Before(m.t.DispatchedAt) && y.now.Sub(looked) < 12*time.Hour
	err := y.decides("ticket.not_yours_to_office_contact")
	anew := y.showsNumber() && !holds
	if err == nil && y.showsNumber() {
		switch {
		case !slices.Contains([]ticket.State{ticket.Dispatched, ticket.Returned, ticket.Acknowledged, ticket.InProgress}, m.t.State):
			err = models.Refuse(models.Conflict, "ticket.wrong_state")
		case m.t.ContactedAt != nil:
			err = models.Refuse(models.Conflict, "ticket.contacted_already")
		case m.t.ReporterID == 0: // the neighbour of these histories has no phone
			err = models.Refuse(models.Conflict, "ticket.no_number_to_call")
		}
	}
	next := m.t
	if err = first(err, y.words("note", true)); err == nil {
		next, err = y.apply(y.a, ticket.OfficeContact)
	}
	if err == nil && !holds && !y.showsNumber() {
		err = models.Refuse(models.Conflict, "ticket.look_first")
	}
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next, 1)
	if anew {
		want.lines[m]++ // the look raises no version
		want.after = func() { m.looked[y.a.AccountID] = y.now }
	}
	return want
}

func doOfficeContact(y *attempt) error {
	return y.write(func(tx storage.Tx) error { // both at once, so that a refused word leaves no look
		if y.showsNumber() {
			if _, err := y.store().OfficeNumberIn(tx, y.a, y.m.t.ID); err != nil {
				return err
			}
		}
		_, err := y.store().OfficeContactIn(tx, y.a, y.m.t.ID, ticket.OfficeContacting{Version: y.version, Note: y.note})
		return err
	})
}

// until is a day that a handler asks for: the first, the last, one too late, no day.
func (y *attempt) until() models.Date {
	days := y.m.t.ExtensionDays(y.urgency(), y.hours())
	return []models.Date{days.First, days.Last, days.First, days.Last.Add(1), "tomorrow"}[y.choice(0, 5)]
}

func expectExtend(y *attempt) *expectation {
	m := y.m
	if err := first(y.sees(), y.words("reason", true)); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, ticket.Extend)
	if err != nil {
		return refusal(err)
	}
	due, err := m.t.ExtendedDue(y.urgency(), y.hours(), y.until())
	if err != nil {
		return refusal(err)
	}
	want := becomes(m, next, 1)
	want.after = func() { m.asked, m.askedBy = due, y.a.AccountID; m.rows.Extensions++ }
	return want
}

func doExtend(y *attempt) error {
	_, err := y.store().ExtendTicket(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.ExtensionAsked{Version: y.version, Reason: y.note, Until: y.until()})
	return err
}

func expectExtensionDecision(y *attempt) *expectation {
	m := y.m
	if err := y.decides("ticket.not_yours_to_" + string(y.action)); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, y.action)
	if err != nil {
		return refusal(err)
	}
	asked := ticket.Extending{AskedBy: m.askedBy, DueAsked: m.asked}
	if err := asked.MayJudge(y.a); err != nil {
		return refusal(err)
	}
	if y.action == ticket.ExtendGrant {
		next = next.Granted(asked, y.c)
	}
	return becomes(m, next, 1)
}

func doExtensionDecision(y *attempt) error {
	d := ticket.ExtensionDecision{Version: y.version, Grant: y.action == ticket.ExtendGrant, Note: y.note}
	_, err := y.store().DecideExtension(y.w.r.t.Context(), y.a, y.m.t.ID, d)
	return err
}

// pausing is what is asked for: a day as in until.
func (y *attempt) pausing() ticket.PauseAsked {
	why := ticket.PauseForParts
	switch y.action {
	case ticket.PauseDay:
		why = ticket.PauseForDay
	case ticket.PauseUnreached:
		why = ticket.PauseForReporter
	}
	days := ticket.PauseDaysFor(why, y.hours(), y.now)
	until := []models.Date{days.First, days.First.Add(2), days.Last, days.Last.Add(1), "tomorrow"}[y.choice(0, 5)]
	return ticket.PauseAsked{Version: y.version, Why: why, Note: y.note, Until: until}
}

func expectPause(y *attempt) *expectation {
	if err := first(y.sees(), y.words("note", y.action == ticket.PauseParts)); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, y.action)
	if err = first(err, ticket.CheckPause(y.pausing(), y.hours(), y.now)); err == nil && y.action == ticket.PauseUnreached {
		err = y.m.tried(y.now).MayPause()
	}
	if err != nil {
		return refusal(err)
	}
	return becomes(y.m, next.PausedTo(y.pausing().Until, y.urgency(), y.hours(), y.c, y.now), 1)
}

func doPause(y *attempt) error {
	_, err := y.store().PauseTicket(y.w.r.t.Context(), y.a, y.m.t.ID, y.pausing())
	return err
}

func expectResume(y *attempt) *expectation {
	if err := y.sees(); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, ticket.Resume)
	if err != nil {
		return refusal(err)
	}
	return becomes(y.m, next.ResumedFrom(y.m.t, y.urgency(), y.hours(), y.c, y.now), 1)
}

func doResume(y *attempt) error {
	_, err := y.store().ResumeTicket(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.PauseEnded{Version: y.version})
	return err
}

func expectJoint(y *attempt) *expectation {
	m := y.m
	if err := first(y.sees(), y.words("note", true)); err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, ticket.Joint)
	if err != nil {
		return refusal(err)
	}
	return becomes(m, next.Joined(ticket.JointByOffice, y.c, y.hours(), y.now), 1)
}

func doJoint(y *attempt) error {
	_, err := y.store().MarkJoint(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.Joining{Version: y.version, Note: y.note})
	return err
}

func expectJointAnswer(y *attempt) *expectation {
	err := first(y.sees(), y.words("text", true))
	if err == nil && !ticket.Substantive(y.note) {
		err = models.RefuseField("ticket.joint_answer_words", "text")
	}
	if err != nil {
		return refusal(err)
	}
	next, err := y.apply(y.a, ticket.JointAnswer)
	if err != nil {
		return refusal(err)
	}
	return becomes(y.m, next, 1)
}

func doJointAnswer(y *attempt) error {
	answered := ticket.JointAnswered{Version: y.version, Accepted: y.choice(0, 2) == 0, Text: y.note}
	_, err := y.store().AnswerJoint(y.w.r.t.Context(), y.a, y.m.t.ID, answered)
	return err
}

// joins makes t joint where enough households stand behind it, and says by how many lines: what is suspended is so no longer.
func (y *attempt) joins(t ticket.Ticket, voices int) (ticket.Ticket, int) {
	if t.JointAt != nil || !t.Supportable() || voices < y.c.JointRule().Households {
		return t, 0
	}
	t, lines := y.runsOn(t)
	next, _, err := t.Apply(models.SystemActor, ticket.Move{Action: ticket.Joint}, y.c, y.now)
	if err != nil {
		return t, lines
	}
	return next.Joined(ticket.JointByHouseholds, y.c, y.hours(), y.now), lines + 1
}

// supporters are those who speak in one attempt: one, or everybody who lives there.
func (y *attempt) supporters() []models.Actor {
	if y.action == extraCrowd {
		var all []models.Actor
		for i := range y.w.r.neighbours {
			all = append(all, y.w.cast[nameOfNeighbour(i)])
		}
		return all
	}
	return []models.Actor{y.a}
}

func nameOfNeighbour(i int) string { return fmt.Sprint("neighbour ", i) }

func expectSupport(y *attempt) *expectation {
	m, t := y.m, y.m.t
	units, accounts := map[int64]bool{}, map[int64]bool{}
	lines := 0
	for _, a := range y.supporters() {
		switch {
		case !t.OfferedTo(a, y.c):
			return refusal(models.Refuse(models.NotFound, "ticket.not_found"))
		case m.supported[a.AccountID]:
			continue
		case !t.Supportable():
			return refusal(models.Refuse(models.Conflict, "ticket.support_too_late"))
		}
		accounts[a.AccountID] = true
		if unit := ticket.VoiceOf(a, t.EstateID); unit != 0 && !m.units[unit] {
			units[unit] = true
		}
		joined, more := y.joins(t, len(m.units)+len(units))
		t, lines = joined, lines+more
	}
	want := becomes(m, t, lines)
	if len(accounts) > 0 {
		want.after = func() {
			for id := range accounts {
				m.supported[id] = true
			}
			for id := range units {
				m.units[id] = true
			}
		}
	}
	return want
}

func doSupport(y *attempt) error {
	for _, a := range y.supporters() {
		if _, _, err := y.store().SupportTicket(y.w.r.t.Context(), a, y.m.t.ID, ticket.Supporting{ClientID: clientID()}); err != nil {
			return err
		}
	}
	return nil
}

// Reminders and rungs are the program's own: it does all that is due.
func expectAlerts(y *attempt) *expectation {
	m, t := y.m, y.m.t
	lines := 0
	for t.AlertDue != nil && !t.AlertDue.After(y.now) {
		var event models.Event
		if t, event = t.Alerted(y.c, y.hours(), y.w.kinds[t.HandlingPartyID], y.now); event.Action != "" {
			lines++
		}
	}
	want := becomes(m, t, min(lines, 1))
	want.lines[m] = lines
	return want
}

func doAlerts(y *attempt) error {
	return y.write(func(tx storage.Tx) error { return y.store().EscalateIn(tx, y.m.t.ID) })
}

// A call changes nothing in a ticket; who is called when has tests of its own (calling_test.go). Here it must leave the
// ticket alone, say nothing of one that somebody took, and say nothing twice.
func expectCall(y *attempt) *expectation {
	want := stays(0, y.m)
	want.free = y.m.t.Unheard()
	return want
}

func doCall(y *attempt) error {
	return y.write(func(tx storage.Tx) error {
		if _, err := y.store().CallIn(tx, y.m.t.ID); err != nil {
			return err
		}
		again, err := y.store().CallIn(tx, y.m.t.ID)
		if err == nil && again != 0 {
			err = models.Refuse(models.Conflict, "called"+".twice")
		}
		return err
	})
}

// A hand-over gives the estate to the next one, and every open matter with it.
func (y *attempt) nextTerm() int64 {
	c := y.w.r.w.County
	all := slices.DeleteFunc([]int64{c.Operator.ID, c.Rival.ID, 0}, func(id int64) bool { return id == y.w.term })
	return all[y.choice(0, len(all))]
}

func expectHandOver(y *attempt) *expectation {
	if y.choice(2, 3) > 0 && y.m.t.State != ticket.Accepted {
		return stays(0, y.m) // rare, or no history would come to its end
	}
	before := y.w.term
	to := y.nextTerm()
	y.w.term = to
	defer func() { y.w.term = before }()
	want := &expectation{becomes: map[*matter]ticket.Ticket{}, lines: map[*matter]int{}, after: func() { y.w.term = to }}
	for _, m := range y.w.matters {
		t := m.t
		want.becomes[m] = t
		if !t.Open || t.State == ticket.DonePendingConfirm || t.HeldLevel != 0 || t.RoutedBy != string(ticket.TargetTerm) && t.RoutedBy != string(ticket.TargetStation) {
			continue
		}
		category, _ := y.c.Category(t.Category)
		party, rule, rank := y.w.route(category)
		if party == t.HandlingPartyID {
			continue
		}
		running, lines := y.runsOn(t)
		next := y.given(running, party, rule, rank)
		next.Version = t.Version + int64(lines) + 1
		want.becomes[m], want.lines[m] = next, lines+1
	}
	return want
}

// given is t with another party that has clocks of its own.
func (y *attempt) given(t ticket.Ticket, party int64, rule string, rank int) ticket.Ticket {
	urgency, _ := y.c.Urgency(t.Urgency)
	d := ticket.DeadlinesFrom(urgency, y.hours(), y.now, t.Protected, rank)
	if t.JointAt != nil {
		due := t.JointClock(y.c, y.hours(), y.now)
		d.JointAnswer = &due
	}
	return t.HandedTo(party, rule, d, y.c, y.now)
}

func doHandOver(y *attempt) error {
	if y.choice(2, 3) > 0 && y.m.t.State != ticket.Accepted {
		return nil
	}
	to := y.nextTerm()
	return y.write(func(tx storage.Tx) error {
		terms := tx.DB().Where("estate_id = ?", y.w.estate.ID)
		if err := terms.Delete(&place.ServiceTerm{}).Error; err != nil {
			return err
		}
		if to != 0 {
			term := place.ServiceTerm{EstateID: y.w.estate.ID, HandlingPartyID: to, ServiceMode: place.ModeProfessional, ServiceLevel: "cpma2004/2", ValidFrom: tx.Today(), RecordedAt: tx.At()}
			if err := tx.DB().Create(&term).Error; err != nil {
				return err
			}
		}
		_, err := y.store().HandOver(tx, y.w.estate.ID)
		return err
	})
}

func expectRelease(y *attempt) *expectation {
	t := y.m.t
	if !t.Held() || t.FiledAt.After(y.now) {
		return refusal(models.Refuse(models.Conflict, "ticket.wrong_state"))
	}
	if _, _, err := t.Apply(models.SystemActor, ticket.Move{Action: ticket.Dispatch}, y.c, y.now); err != nil {
		return refusal(err)
	}
	category, _ := y.c.Category(t.Category)
	party, rule, rank := y.w.route(category)
	d := ticket.DeadlinesFrom(y.urgency(), y.hours(), t.ReleasedFrom(y.now), t.Protected, rank)
	return becomes(y.m, t.Released(party, rule, d, y.c, y.now), 1)
}

func doRelease(y *attempt) error {
	return y.write(func(tx storage.Tx) error { return y.store().ReleaseIn(tx, y.m.t.ID) })
}

// Nobody reaches a step that is the program's, or has a use-case of its own, by its name.
func (y *attempt) notByName() ticket.Action {
	var all []ticket.Action
	for _, step := range ticket.Flow {
		if !y.w.r.personal[step.Action] {
			all = append(all, step.Action)
		}
	}
	return append(all, "burn")[y.choice(0, len(all)+1)]
}

func expectByName(*attempt) *expectation {
	return refusal(models.RefuseField("ticket.unknown_action", "action"))
}

func doByName(y *attempt) error {
	_, err := y.store().MoveTicket(y.w.r.t.Context(), y.a, y.m.t.ID, ticket.Move{Action: y.notByName(), Note: y.note})
	return err
}
