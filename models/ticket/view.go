package ticket

import (
	"slices"
	"time"
	"unicode/utf8"

	"linli/models"
)

// viewer is what the rules of hiding need to know about who looks.
type viewer struct {
	actor models.Actor
	part  Part
	knows bool // may know who filed
	raw   bool // may see single ratings
	own   models.Own
	// frozen: for the look that a party keeps, whatever points at a person is hidden in everybody's words.
	frozen bool
}

func viewerOf(a models.Actor, k Known) viewer {
	part := PartOf(a, k.Ticket)
	return viewer{
		actor:  a,
		part:   part,
		knows:  KnowsReporter(a, k.Ticket, k.Party.Kind),
		raw:    part == PartReporter || part == PartOfficer && countyLevel(a) >= LevelCenter && !k.Ticket.AnsweredBefore(a),
		own:    k.own(),
		frozen: k.frozen,
	}
}

// hears reports whether v reads that the reporter was called back, and what came of it: he himself, and the offices that may know
// who he is. Nobody of the party does, nor who filed it, nor the others of his station.
func (v viewer) hears(t Ticket) bool {
	return v.part == PartReporter || v.part == PartOfficer && v.knows && LevelOf(v.actor, t) >= aboveFiler(t)
}

// blurred reports whether exact moments of the reporter's side are withheld (DECISIONS 2: complaints show the date).
func (v viewer) blurred(t Ticket) bool { return t.Protected && !v.knows }

// filed is when t was filed as v may know it.
func (v viewer) filed(t Ticket) time.Time {
	if v.knows && t.ReceivedAt != nil {
		return *t.ReceivedAt
	}
	return t.FiledAt
}

// seen is the moment at as v may know it. What happened before a batch went out happened, to those who must not know the
// reporter, when it did.
func (v viewer) seen(t Ticket, at time.Time) time.Time {
	if !v.knows && t.ReceivedAt != nil && at.Before(t.FiledAt) {
		return t.FiledAt
	}
	return at
}

// moment is the exact time, or nothing where it is withheld.
func (v viewer) moment(t Ticket, at time.Time) *time.Time {
	if v.blurred(t) {
		return nil
	}
	return &at
}

// words is a text of somebody else than the handler's: for those who must not know the reporter, what in it points at
// him is hidden. Whoever did not share his number with the party that must answer a repair did not mean to by a slip of
// the pen; his flat stays in it, for there the work is. Who shared it did so with that party, which says why each time it
// asks for the number: a steward or another office reads none.
func (v viewer) words(t Ticket, text string) string {
	switch {
	case v.blurred(t) || v.frozen:
		text, _ = models.HideContacts(text, v.own)
	case !v.knows && !(t.ShareContact && v.part == PartHandler):
		text, _ = models.HideNumbers(text, v.own)
	}
	return text
}

// ofParty is a text of people of the party by: those of the party that must answer now read it as it was written, but for the
// frozen look, which shows nobody's contacts in anybody's words. What a party before, or an office (by 0), wrote it did not write
// for this one: the reporter let that party know him, not the next.
func (v viewer) ofParty(t Ticket, by int64, text string) string {
	own := v.part == PartHandler && (by == t.HandlingPartyID || t.ShareContact && !v.blurred(t))
	if !v.frozen && (v.knows || own) {
		return text
	}
	text, _ = models.HideContacts(text, v.own)
	return text
}

// own is what in a text would point at the people behind k.
func (k Known) own() models.Own {
	own := k.Own
	own.Names = append([]string{k.ReporterName}, own.Names...)
	if k.UnitName != "" {
		own.Homes = append([]models.OwnHome{{Building: k.BuildingName, Entrance: k.EntranceName, Unit: k.UnitName}}, own.Homes...)
	}
	own.Public = append([]string{k.Party.Phone24}, own.Public...)
	return own
}

// RowFor is the ticket in a's list.
func RowFor(a models.Actor, k Known, now time.Time) Row {
	v, t := viewerOf(a, k), k.Ticket
	row := Row{
		ID: t.ID, Number: t.Number, Category: t.Category, Kind: t.Kind, Urgency: t.Urgency, State: t.State,
		EstateID: t.EstateID, EstateName: k.EstateName, BuildingName: k.BuildingName, TextShort: shorten(v.words(t, beginning(t.Text))), PhotoID: k.PhotoID,
		FiledOn: models.DateOf(v.filed(t)), FiledAt: v.moment(t, v.filed(t)), HandlingPartyName: k.Party.Name,
		RespondDue: t.ContactDue, ResolveDue: t.ResolveDue, NextStep: t.NextStep, NextDue: t.NextDue,
		Overdue: t.Overdue(now), Unanswered: t.Unanswered(now), SendBacks: t.SendBacks, Urges: t.Urges, EscalatedTo: t.EscalatedTo, Joint: t.JointAt != nil, Unread: k.Unread, Protected: t.Protected, Version: t.Version,
	}
	if t.KeptFrom != "" && !t.firstAfterHold() {
		since := t.DispatchedAt // nobody of the reporter's side did anything then
		row.HeldSince = &since
	}
	if t.Held() {
		row.HeldUntil = &t.FiledAt
	}
	if t.PausedAt(now) {
		row.PausedUntil = models.DateOf(*t.PausedUntil)
	}
	if t.State == Suspended && t.ReviewDue != nil {
		row.ReviewBy = models.DateOf(*t.ReviewDue)
	}
	row.PromisedOn = t.PromisedDay()
	row.PromiseAsks = v.part == PartReporter && t.PromiseAsks(v.actor, now)
	if r, ok := newestRating(v.answers(t, k.Ratings)); ok && v.raw {
		row.RatingLevel = r.Level
	}
	return row
}

// notOffered reports whether a step that the flow allows is not this reader's to take: another office decides, an office has
// another step for it, or there is nothing to show.
func (v viewer) notOffered(action Action, k Known, now time.Time) bool {
	suspends := MaySuspend(v.actor, k.Ticket, k.Party.Kind)
	switch {
	case OfTheLevelAbove(v.part, action):
		return !MayDecide(v.actor, k.Ticket, k.Party.Kind) || action == OfficeContact && k.ReporterPhone == ""
	case action == SuspendClear && v.part == PartOfficer: // its review says so
		return true
	case OfSuspension(action):
		return !suspends
	case action == SuspendAsk:
		return suspends
	}
	return action == ContactShare && k.ReporterPhone == "" || action == PauseUnreached && k.reaching(now).MayPause() != nil || k.promiseUsed(action, now)
}

// ViewFor is the whole ticket as a may see it now.
func ViewFor(a models.Actor, k Known, c Catalogue, now time.Time) View {
	v, t := viewerOf(a, k), k.Ticket
	view := View{
		Row: RowFor(a, k, now), Text: v.words(t, t.Text), CommunityName: k.CommunityName, EntranceName: k.EntranceName,
		Closing: t.Closing, ClosedAt: t.ClosedAt, DoneAt: t.DoneAt, Clocks: t.Clocks(now),
		Photos: []PhotoView{}, Timeline: []TimelineItem{}, Messages: []MessageView{}, Actions: t.Allowed(a, c, now), You: v.part,
		OnBehalf: t.OnBehalf, ContactShared: t.ShareContact, SmallBuilding: k.SmallBuilding, HandlingParty: k.Party, RoutedBy: t.RoutedBy,
	}
	if view.Actions == nil {
		view.Actions = []Action{}
	}
	v.addPrivate(&view, k, c)
	view.Actions = slices.DeleteFunc(view.Actions, func(x Action) bool { return v.notOffered(x, k, now) })
	view.keepForPhotos(k, now)
	v.addAsked(&view, k)
	v.addPause(&view, k, now)
	v.addReaching(&view, k, now)
	v.addSuspension(&view, k)
	v.addPromise(&view, k, now)
	v.addCause(&view, k, now)
	v.addDuty(&view, k)
	v.addSupporters(&view, k, c)
	v.addClosing(&view, k, c)
	v.addRating(&view, k)
	for _, p := range k.Photos {
		if p.Noun != "ticket_message" {
			view.Photos = append(view.Photos, v.photo(t, p))
		}
	}
	if !v.knows { // that it waited, and for whom it was meant
		k.History = slices.DeleteFunc(slices.Clone(k.History), func(h HistoryLine) bool { return h.Action == string(Hold) })
	}
	if !v.hears(t) {
		k.History = k.unheard()
	}
	parties := k.partiesThen()
	for i, h := range k.History {
		h.At = v.seen(t, h.At)
		item := v.timeline(t, h, k)
		item.PartyName = parties[i]
		item.ID = int64(i + 1) // the county's running number would tell when, between two lines whose time is known
		view.Timeline = append(view.Timeline, item)
	}
	for i, m := range k.Messages {
		message := v.message(t, m, k)
		message.ID = int64(i + 1) // as above
		view.Messages = append(view.Messages, message)
	}
	view.PlaceWords = placeWords(k, view.UnitName)
	if v.blurred(t) {
		view.blur()
	}
	return view
}

// addAsked adds what the party asks the level above for.
func (v viewer) addAsked(view *View, k Known) {
	if k.Return != nil && (v.part == PartHandler || v.part == PartOfficer) {
		asked := *k.Return
		asked.Reason = v.ofParty(k.Ticket, k.Ticket.HandlingPartyID, asked.Reason)
		view.Return = &asked
	}
	if k.Extension != nil {
		asked := *k.Extension
		asked.Reason = v.ofParty(k.Ticket, asked.partyID, asked.Reason)
		view.Extension = &asked
	}
	if slices.Contains(view.Actions, Extend) && !v.frozen {
		view.ExtensionDays = &k.ExtensionDays
	}
}

// addSupporters adds how many households stand behind the ticket: as a band, and as a number for the offices that may know
// who filed.
func (v viewer) addSupporters(view *View, k Known, c Catalogue) {
	view.JointMatter = v.joint(k)
	if !c.Shareable(k.Ticket.Category) && k.Ticket.JointAt == nil {
		return
	}
	view.Supporters = k.Ticket.BandOf(k.VoicesBefore, k.SmallPlace, c)
	if v.part == PartOfficer && v.knows {
		view.Households = &k.Voices
	}
}

// keepForPhotos takes back the offer to give the ticket to another party while a "done" waits for its photos, and says until when:
// nobody is to write a reason that is refused afterwards.
func (view *View) keepForPhotos(k Known, now time.Time) {
	until := k.Ticket.photosUntil(k.Closings, now)
	if i := slices.Index(view.Actions, Redispatch); i >= 0 && until != nil {
		view.Actions = slices.Delete(view.Actions, i, i+1)
		view.RedispatchAfter = until
	}
}

// NamesParty reports whether who looks may take a step for which he names a party.
func (view View) NamesParty() bool {
	return slices.ContainsFunc(view.Actions, func(x Action) bool { return x == Return || x == ReturnGrant || x == Redispatch })
}

// OfTheLevelAbove reports whether action, by part, is a step of the first level without an interest: what a party asks for, what
// it lets lie, that the reporter was called over its head, and what a neighbour without an account says of a "done".
func OfTheLevelAbove(part Part, action Action) bool {
	switch action {
	case OfficeContact, ReturnGrant, ReturnRefuse, ExtendGrant, ExtendRefuse, Redispatch:
		return true
	}
	return part == PartOfficer && (action == Confirm || action == SendBack)
}

// blur takes the exact moments at which the person who filed acted out of the clocks: the day remains.
func (view *View) blur() {
	view.OnBehalf = false
	day := func(at *time.Time) *time.Time {
		if at == nil {
			return nil
		}
		end := models.EndOfDay(*at)
		return &end
	}
	view.ClosedAt, view.RateUntil = day(view.ClosedAt), day(view.RateUntil)
	for i, c := range view.Clocks {
		if c.Name == "acknowledge" || c.Name == "contact" { // a reply that was read counts as both
			view.Clocks[i].MetAt = day(c.MetAt)
		}
	}
}

// addPrivate adds what points at the person who filed, for those who may know, and for a repair inside the home the
// flat itself: nobody can mend a tap without it.
func (v viewer) addPrivate(view *View, k Known, c Catalogue) {
	t := k.Ticket
	if v.knows || t.Kind == Repair && v.part == PartHandler && t.ShareContact {
		view.UnitName = k.UnitName
	}
	if v.part == PartReporter || v.part == PartFiler {
		view.QueryCode = k.QueryCode
		view.UrgeAfter = t.UrgeAfter(c)
	}
	if MayHoldReceipt(v.actor, t) {
		view.Receipt = k.Receipt
	}
	if v.actor.AccountID == t.AuthorID {
		view.ClientID = t.ClientID
	}
	if v.knows && v.part != PartReporter {
		view.Reporter = &ReporterView{
			NameMasked: models.MaskName(k.ReporterName), PhoneMasked: models.MaskPhone(k.ReporterPhone), UnitName: k.UnitName, Shared: t.ShareContact,
		}
	}
}

// MayHoldReceipt reports whether a may have the leaf of a filing: the reporter, and who filed for him, but nobody of the
// party that must answer or had to, unless it is his own matter.
func MayHoldReceipt(a models.Actor, t Ticket) bool {
	part := PartOf(a, t)
	return part == PartReporter || part == PartFiler && !a.WorksFor(t.HandlingPartyID) && !t.AnsweredBefore(a)
}

func (v viewer) addClosing(view *View, k Known, c Catalogue) {
	if len(k.Closings) == 0 {
		return
	}
	newest := k.Closings[len(k.Closings)-1]
	view.DoneResult, view.DoneNoPhotoReason = v.ofParty(k.Ticket, newest.HandlingPartyID, newest.Result), v.ofParty(k.Ticket, newest.HandlingPartyID, newest.NoPhotoReason)
	view.DoneWaitingPhotos = newest.CompleteAt == nil && newest.Outcome == OutcomePending && k.Ticket.Awaits(newest)
	view.Evidence = newest.Evidence
	t := k.Ticket
	if t.State == DonePendingConfirm && t.DoneAt != nil {
		at := t.DoneAt.Add(c.Silence())
		view.AutoCloseAt = &at
	}
	if t.ClosedAt != nil && (t.State == Closed || t.State == ClosedUnrated) {
		at := t.ClosedAt.Add(c.RateWindow())
		view.RateUntil = &at
	}
}

func (v viewer) addRating(view *View, k Known) {
	r, ok := newestRating(v.answers(k.Ticket, k.Ratings))
	if !ok {
		return
	}
	view.Rating = &RatingView{Solved: r.Solved, On: models.DateOf(r.At)}
	if v.raw {
		view.Rating.Level, view.Rating.Text = r.Level, r.Text
	}
}

// answers are the ratings that count as the reporter's answers for v. What was said by telephone of a closing that he had answered
// himself adds the stars that he had not given, and is nothing to those who must not learn that he was asked again.
func (v viewer) answers(t Ticket, ratings []Rating) (told []Rating) {
	for i, r := range ratings {
		own := slices.IndexFunc(ratings[:i], func(before Rating) bool { return before.Closing == r.Closing && before.Solved })
		again := r.Kind == RatingByCall && r.Solved && own >= 0
		if !again || v.hears(t) && r.Level != 0 && ratings[own].Level == 0 {
			told = append(told, r)
		}
	}
	return told
}

func newestRating(ratings []Rating) (Rating, bool) {
	if len(ratings) == 0 {
		return Rating{}, false
	}
	return ratings[len(ratings)-1], true
}

func placeWords(k Known, unit string) string {
	words := k.EstateName
	if k.BuildingName != "" && k.BuildingName != k.EstateName {
		words += k.BuildingName
	}
	if k.EntranceName != "" {
		words += k.EntranceName
	}
	return words + unit
}

// beginning is what a card may need of a text: enough that no number at its end is cut in half.
func beginning(text string) string {
	if utf8.RuneCountInString(text) <= 200 {
		return text
	}
	return string([]rune(text)[:200])
}

// shorten cuts a text for a card at 60 runes.
func shorten(text string) string {
	if utf8.RuneCountInString(text) <= 60 {
		return text
	}
	return string([]rune(text)[:59]) + "…"
}
